import { grownOlder } from "../live/fleet.js";
import type { Watched } from "../live/watched.js";
import { count, span } from "../show/figures.js";
import { Meter } from "../show/meter.js";
import { Sign } from "../show/sign.js";
import { measured, thresholds, WATCHDOG_TONES } from "../show/watchdog-figures.js";
import { h, type VNode } from "../vendor/preact.js";

/** Instances that are named; of more, the worst are. */
const NAMED = 3;

/** A watchdog that is not ok: how bad it is and where, its figure against the thresholds, for how long and why. */
export function Barking({ watched: { name, worst, all }, now }: { readonly watched: Watched; readonly now: number }): VNode {
  const { value: watchdog, of } = worst;
  const { state, value, unit, alert_threshold, reason, seconds_in_state } = watchdog;
  const figure = measured(value, unit);
  const limits = thresholds(watchdog).join(", ");
  return (
    <li class={state} data-object={name}>
      <h3>{name}</h3>
      <p data-state={state}>
        <Sign tone={WATCHDOG_TONES[state]} word={state} />
      </p>
      <p class="where">{where(all)}</p>
      <div class="measure">
        <p>
          <span class="figure">{figure}</span>
          {` ${limits}`}
        </p>
        {alert_threshold !== null && alert_threshold > 0 && (
          <Meter label={name} words={`${figure}, ${limits}`} value={value ?? 0} limit={alert_threshold} />
        )}
      </div>
      <p class="reason">{`for ${span(grownOlder(seconds_in_state, of, now))}${reason ? `: ${reason}` : ""}`}</p>
    </li>
  );
}

function where(all: Watched["all"]): string {
  if (all.length === 1) return "";
  const troubled = all.filter(({ value }) => value.state !== "ok");
  const named = troubled.slice(0, NAMED).map(({ of }) => of.instance);
  const more = troubled.length > NAMED ? " and others" : "";
  return `on ${count(troubled.length)} of ${count(all.length)}: ${named.join(", ")}${more}`;
}
