import type { Rollout } from "../api/rollouts.js";
import { percent, span, spoken } from "../show/figures.js";
import { Shape, type Tone } from "../show/sign.js";
import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly rollout: Rollout;
  readonly tone: Tone; // of its status
  readonly now: number; // Unix seconds, by the service's clock
}

/** A stop of the way from nobody to everybody. */
interface Stop {
  readonly share: number;
  readonly place: "done" | "here" | "ended" | "ahead";
  readonly tone: Tone;
  readonly words: string;
  readonly time?: string; // for which it has stood there
}

/** The way from nobody to everybody: what lies behind, where it stands, what is to come. */
export function StepRail({ rollout, tone, now }: Contents): VNode {
  return (
    <ol class="rail" aria-label={`Steps of ${rollout.name}`}>
      {stops(rollout, tone, now).map(({ share, place, tone: shape, words, time }) => (
        <li
          key={share}
          class={`${place} ${shape}`}
          data-step={share}
          aria-current={place === "here" ? "step" : undefined}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <Shape tone={shape} />
          </svg>
          <b>{percent(share)}</b>
          <small>
            {words}
            {time && <span class="time">{` for ${time}`}</span>}
          </small>
        </li>
      ))}
    </ol>
  );
}

function stops(rollout: Rollout, tone: Tone, now: number): readonly Stop[] {
  const shares = [0, ...rollout.steps];
  const reached = (rollout.step ?? -1) + 1;
  return shares.map((share, index) => {
    if (rollout.status === "rolled_back") return { share, ...ofRolledBack(index, reached) };
    if (index < reached) return { share, place: "done", tone: "good", words: index === 0 ? "start" : "passed" };
    if (index > reached) return { share, place: "ahead", tone: "idle", words: "to come" };
    return { share, place: "here", tone, ...ofHere(rollout, now) };
  });
}

function ofRolledBack(index: number, reached: number): Omit<Stop, "share"> {
  if (index === 0) return { place: "here", tone: "notice", words: "all back here" };
  if (index === reached) return { place: "ended", tone: "bad", words: "rolled back here" };
  if (index < reached) return { place: "done", tone: "good", words: "had passed" };
  return { place: "ahead", tone: "idle", words: "not reached" };
}

function ofHere({ status, stage_started_at }: Rollout, now: number): Pick<Stop, "words" | "time"> {
  if (status === "succeeded") return { words: "serves everyone" };
  const words = status === "running" ? "here" : spoken(status ?? "");
  return stage_started_at === null ? { words } : { words, time: span(Math.max(0, now - stage_started_at)) };
}
