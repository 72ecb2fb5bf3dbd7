import { percent } from "../show/figures.js";
import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly measured: number | null;
  readonly planned: number;
}

/** The canary's share of all requests as it is measured, with a mark where it is meant to be. */
export function ShareBar({ measured, planned }: Contents): VNode {
  const label = `${percent(measured)} of the requests are the canary's; ${percent(planned)} are planned`;
  return (
    <svg class="share-bar" role="img" aria-label={label} viewBox="0 0 100 8" preserveAspectRatio="none">
      <rect class="track" x="0" y="2" width="100" height="4" />
      <rect class="measured" x="0" y="2" width={100 * Math.min(1, measured ?? 0)} height="4" />
      <rect class="planned" x={Math.min(99.2, 100 * planned)} y="0" width="0.8" height="8" />
    </svg>
  );
}
