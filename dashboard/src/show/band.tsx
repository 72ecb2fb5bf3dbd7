import { h, type VNode } from "../vendor/preact.js";
import { spoken, timeOfDay } from "./figures.js";

interface Stretch {
  readonly at: number; // Unix seconds at which it began
  readonly state: string;
}

interface Contents {
  readonly label: string;
  readonly history: readonly Stretch[]; // oldest first
  readonly now: number; // Unix seconds
  readonly seconds: number; // how far back it goes
}

/** Changes that the words name. */
const NAMED = 6;

/** The states of the last minutes, from left to right: how high a stretch is says which, and its colour again. */
export function Band({ label, history, now, seconds }: Contents): VNode {
  const begins = now - seconds;
  const place = (at: number): number => Math.max(0, Math.min(1, (at - begins) / seconds)) * 1000;
  return (
    <svg class="band" role="img" aria-label={`${label}: ${words(history)}`} viewBox="0 0 1000 20" preserveAspectRatio="none">
      <rect class="ground" x="0" y="19" width="1000" height="1" />
      {history.map(({ at, state }, index) => {
        const from = place(at);
        const width = Math.max(2, place(history[index + 1]?.at ?? now) - from);
        return <rect key={at} class={state} x={from} y={TOP[state] ?? 0} width={width} height={20 - (TOP[state] ?? 0)} />;
      })}
    </svg>
  );
}

/** Where a stretch begins, from above. */
const TOP: Readonly<Record<string, number>> = { closed: 16, half_open: 9, open: 0, isolated: 4 };

function words(history: readonly Stretch[]): string {
  const named = history.slice(-NAMED).map(({ at, state }) => `${spoken(state)} since ${timeOfDay(at)}`);
  return history.length > NAMED ? `${history.length - NAMED} changes, then ${named.join(", ")}` : named.join(", ");
}
