import { causes, kindOf, type Samples } from "../live/traffic.js";
import { perSecond, spoken } from "../show/figures.js";
import { Sign, type Tone } from "../show/sign.js";
import { h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<ReturnType<typeof kindOf>, Tone>> = { failed: "bad", shed: "warning", refused: "unknown" };

/** Why callers of the last minute did not get what they asked for, the most frequent cause first. */
export function Causes({ samples }: { readonly samples: Samples }): VNode | null {
  const found = causes(samples);
  if (found.length === 0) return null;
  const most = Math.max(...found.map(([, often]) => often));
  return (
    <section class="causes" aria-label="Errors of the last minute by cause">
      <h3>Errors by cause</h3>
      <ul>
        {found.map(([name, often]) => (
          <li key={name} data-object={name}>
            <Sign tone={TONES[kindOf(name)]} word={`${kindOf(name)}: ${spoken(name)}`} />
            <svg class={`bar ${kindOf(name)}`} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect width={Math.max(1, (often / most) * 100)} height="6" />
            </svg>
            <span class="numeric">{`${perSecond(often)} a second`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
