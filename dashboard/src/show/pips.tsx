import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly label: string;
  readonly checks: readonly { readonly at: number; readonly error: string }[]; // oldest first
}

/** Places for pips: those of the last checks, from the right. */
const PLACES = 10;

/** The last checks: a disc for one that passed, a cross for one that failed. */
export function Pips({ label, checks }: Contents): VNode {
  const shown = checks.slice(-PLACES);
  const passed = shown.filter((each) => !each.error).length;
  const free = PLACES - shown.length;
  return (
    <svg class="pips" role="img" aria-label={`${label}: ${passed} of ${shown.length} passed`} viewBox={`0 0 ${PLACES * 12} 12`}>
      {Array.from({ length: free }, (_, index) => (
        <circle key={`free-${index}`} class="free" cx={index * 12 + 6} cy="6" r="2" />
      ))}
      {shown.map(({ at, error }, index) => {
        const x = (free + index) * 12 + 6;
        return error ? (
          <path key={at} class="failed" d={`m${x - 3.4} 2.6 6.8 6.8m0-6.8-6.8 6.8`} />
        ) : (
          <circle key={at} class="passed" cx={x} cy="6" r="3.8" />
        );
      })}
    </svg>
  );
}
