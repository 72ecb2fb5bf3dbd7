import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly label: string; // what is measured, for whoever does not see the bar
  readonly words: string; // the value against its limit, in words
  readonly value: number;
  readonly limit: number;
  readonly full?: number; // the value at which the bar is full; without it there is room beyond the limit
}

/** A value against its limit: a bar, with a mark where the limit is. Beyond the limit it has another shape too. */
export function Meter({ label, words, value, limit, full = limit * 1.25 }: Contents): VNode {
  const at = (figure: number): number => Math.min(100, Math.max(0, (figure / full) * 100));
  const over = value >= limit;
  return (
    <svg class={`meter ${over ? "over" : ""}`} role="img" aria-label={`${label}: ${words}`} viewBox="0 0 100 6" preserveAspectRatio="none">
      <rect class="track" x="0" y="1.5" width="100" height="3" />
      <rect class="value" x="0" y={over ? 0.5 : 1.5} width={at(value)} height={over ? 5 : 3} />
      <rect class="limit" x={Math.min(99, at(limit))} y="0" width="1" height="6" />
    </svg>
  );
}
