import type { InstanceWatchdogs, Watchdogs } from "../api/watchdogs.js";
import { Chart } from "../chart/chart.js";
import type { Series } from "../chart/drawing.js";
import type { Mark } from "../chart/marks.js";
import { grownOlder, type Look } from "../live/fleet.js";
import type { History } from "../live/history.js";
import type { Reading } from "../live/reading.js";
import { FleetCard } from "../show/card.js";
import { Fact } from "../show/fact.js";
import { count, latency, percent, span } from "../show/figures.js";
import { Meter } from "../show/meter.js";
import { Sign } from "../show/sign.js";
import { WATCHDOG_TONES } from "../show/watchdog-figures.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const SERIES: readonly Series[] = [
  { name: "p50", figure: (point) => point.aiP50 },
  { name: "p95", figure: (point) => point.aiP95 },
  { name: "p99", figure: (point) => point.aiP99 },
];

interface Contents extends Look {
  readonly reading: Reading<Watchdogs>;
  readonly history: History;
  readonly marks: readonly Mark[];
  readonly fallbacks: number | null; // share of the embeddings of the last minute
}

export function AiLatencyCard({ reading, history, marks, fallbacks, chosen, now, at }: Contents): VNode {
  const show = (instances: readonly InstanceWatchdogs[]): VNode => (
    <Figures instances={instances} history={history} marks={marks} fallbacks={fallbacks} now={now} />
  );
  return <FleetCard id="ai-latency" title="AI latency" reading={reading} chosen={chosen} at={at} show={show} />;
}

interface Shown extends Pick<Contents, "history" | "marks" | "fallbacks" | "now"> {
  readonly instances: readonly InstanceWatchdogs[];
}

function Figures({ instances, history, marks, fallbacks, now }: Shown): VNode {
  const worst = instances.toSorted((one, other) => (other.ai_latency.p99 ?? -1) - (one.ai_latency.p99 ?? -1))[0];
  if (!worst) return <p class="nothing">No instance tells of it.</p>;
  const { watchdog, p50, p95, p99 } = worst.ai_latency;
  const { warning_threshold: warns, alert_threshold: alerts } = watchdog;
  const attempts = instances.reduce((sum, each) => sum + each.ai_latency.count, 0);
  return (
    <Fragment>
      <p class="lead" data-state data-object="ai_latency_p99">
        <Sign tone={WATCHDOG_TONES[watchdog.state]} word={watchdog.state} />
        <small>{`for ${span(grownOlder(watchdog.seconds_in_state, worst, now))}${watchdog.reason && `: ${watchdog.reason}`}`}</small>
      </p>
      <dl class="tiles">
        <Fact name="p50">{latency(p50)}</Fact>
        <Fact name="p95">{latency(p95)}</Fact>
        <Fact name="p99">{latency(p99)}</Fact>
        <Fact name="Attempts">{count(attempts)}</Fact>
        <Fact name="Fallback">{percent(fallbacks)}</Fact>
      </dl>
      {warns !== null && alerts !== null && (
        <p class="against">
          <small>{`p99 ${latency(p99)}; warns at ${latency(warns)}, alerts at ${latency(alerts)}`}</small>
          <Meter label="p99 of the provider's attempts" words={`${latency(p99)}, alerts at ${latency(alerts)}`} value={p99 ?? 0} limit={alerts} />
        </p>
      )}
      <Chart
        title="The provider's attempts, slowest instance"
        history={history}
        marks={marks}
        limit={(p99 ?? 0) * 4 > (alerts ?? Infinity) ? alerts : null} // else the line would press the figures to the floor
        unit="seconds"
        format={latency}
        series={SERIES}
      />
    </Fragment>
  );
}
