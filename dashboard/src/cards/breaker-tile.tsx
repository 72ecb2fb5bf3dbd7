import { Actions } from "../act/actions.js";
import { breakerActions } from "../act/breaker-actions.js";
import type { Breaker } from "../api/breakers.js";
import { type Chosen, grownOlder } from "../live/fleet.js";
import type { Its } from "../live/grouped.js";
import { type LastMinute, rejectedShare } from "../live/last-minute.js";
import { Band } from "../show/band.js";
import { Fact } from "../show/fact.js";
import { count, NONE, percent, span, spoken, timeOfDay } from "../show/figures.js";
import { Meter } from "../show/meter.js";
import { Sign, type Tone } from "../show/sign.js";
import { h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<Breaker["state"], Tone>> = {
  closed: "good",
  half_open: "notice",
  open: "bad",
  isolated: "off",
};

/** Seconds that the band of states goes back. */
const BAND = 600;

/** Instances that have a band of their own; of more, the most troubled ones have. */
const BANDS = 3;

interface Contents {
  readonly name: string;
  readonly group: readonly Its<Breaker>[]; // of each instance, the most troubled first
  readonly lastMinute: LastMinute;
  readonly fallbacks: number | null;
  readonly chosen: Chosen;
  readonly now: number;
}

/** A breaker of the fleet: the state is that of the instance that is worst off. */
export function BreakerTile({ name, group, lastMinute, fallbacks, chosen, now }: Contents): VNode | null {
  const worst = group[0];
  if (!worst) return null;
  const { state } = worst.value;
  const together = sum(group.map((each) => each.value));
  return (
    <article class={`tile ${TONES[state]}`} data-object={name}>
      <header>
        <h3>{name}</h3>
        <p data-state>
          <Sign tone={TONES[state]} word={spoken(state)} />
        </p>
      </header>
      <p class="why">
        {`${where(group)}for ${span(grownOlder(worst.value.seconds_in_state, worst.of, now))}`}
        {why(worst.value)}
      </p>
      <p class="next">{next(worst, now)}</p>
      <dl class="measures">
        <Measure name="Failed" limit={together.failure_rate_threshold} rate={together.failure_rate} calls={together.calls} />
        <Measure name="Slow" limit={together.slow_call_rate_threshold} rate={together.slow_rate} calls={together.calls} />
        <Fact name="Calls">
          {calls(together)} <small>{judged(together)}</small>
        </Fact>
        <Fact name="In a row">{inARow(together)}</Fact>
        <Fact name="Shed">{percent(rejectedShare(lastMinute, name, chosen))}</Fact>
        {name.startsWith("embeddings:") && <Fact name="Fallback">{percent(fallbacks)}</Fact>}
      </dl>
      <ul class="bands">
        {group.slice(0, BANDS).map(({ of, value }) => (
          <li key={of.instance}>
            {group.length > 1 && <small>{of.instance}</small>}
            <Band label={`${of.instance}, last ten minutes`} history={value.history} now={now} seconds={BAND} />
          </li>
        ))}
        {group.length > BANDS && <li><small>{states(group)}</small></li>}
      </ul>
      <Actions choices={breakerActions(name, state === "isolated")} />
    </article>
  );
}

interface Measured {
  readonly name: string;
  readonly limit: number | null;
  readonly rate: number;
  readonly calls: number;
}

function Measure({ name, limit, rate, calls }: Measured): VNode {
  const measured = percent(calls > 0 ? rate : null);
  const against = limit === null ? "no limit" : `limit ${percent(limit)}`;
  return (
    <div class="measured">
      <dt>{name}</dt>
      <dd>
        {measured} <small>{against}</small>
      </dd>
      <dd>{limit !== null && <Meter label={name} words={`${measured}, ${against}`} value={rate} limit={limit} full={1} />}</dd>
    </div>
  );
}

/** What all instances have counted; the rules are the same everywhere. */
function sum(breakers: readonly Breaker[]): Breaker {
  const calls = breakers.reduce((all, each) => all + each.calls, 0);
  const share = (rate: (breaker: Breaker) => number): number =>
    calls === 0 ? 0 : breakers.reduce((all, each) => all + rate(each) * each.calls, 0) / calls;
  const [first] = breakers as [Breaker];
  return {
    ...first,
    calls,
    failure_rate: share((each) => each.failure_rate),
    slow_rate: share((each) => each.slow_rate),
    consecutive_failures: Math.max(...breakers.map((each) => each.consecutive_failures)),
  };
}

function where(group: readonly Its<Breaker>[]): string {
  if (group.length === 1) return "";
  const same = group.filter((each) => each.value.state === group[0]?.value.state).length;
  return `on ${count(same)} of ${count(group.length)}, `;
}

function why({ state, reason, isolated_reason }: Breaker): string {
  if (state === "isolated") return `: ${isolated_reason ?? reason}`;
  return state === "open" && reason ? `: ${reason}` : "";
}

function next({ of, value }: Its<Breaker>, now: number): string {
  const left = (value.retry_after ?? 0) - Math.max(0, now - of.heard_at);
  const { probes_in_flight, max_probes, successes_to_close, isolated_by, isolated_until } = value;
  const counted = (some: number, all: number): string => `${count(some)} of ${count(all)}`;
  switch (value.state) {
    case "closed":
      return "Calls pass.";
    case "open":
      return left >= 1 ? `Probes in ${span(left)}.` : "Probes at the next call.";
    case "half_open":
      return `${counted(probes_in_flight, max_probes)} probes under way; ${counted(value.calls, successes_to_close)} successes close it.`;
    case "isolated":
      return `By ${isolated_by ?? "an operator"}, until ${isolated_until === null ? "it is reset" : timeOfDay(isolated_until)}.`;
  }
}

function calls({ state, calls: counted }: Breaker): string {
  return state === "open" || state === "isolated" ? NONE : count(counted);
}

/** From how many calls on a rate means anything, while there are fewer. */
function judged({ state, calls: counted, minimum_calls }: Breaker): string {
  return state === "closed" && counted < minimum_calls ? `of ${count(minimum_calls)}` : "";
}

function inARow({ consecutive_failures, consecutive_failures_threshold }: Breaker): string {
  const limit = consecutive_failures_threshold;
  return limit === null ? count(consecutive_failures) : `${count(consecutive_failures)} of ${count(limit)}`;
}

function states(group: readonly Its<Breaker>[]): string {
  const counted = Map.groupBy(group, ({ value }) => value.state);
  return [...counted].map(([state, those]) => `${count(those.length)} ${spoken(state)}`).join(", ");
}
