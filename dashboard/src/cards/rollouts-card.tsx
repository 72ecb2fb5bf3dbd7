import type { Objective, Rollout, Rollouts } from "../api/rollouts.js";
import { Card, seenBy } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { count, NONE, percent, span, spoken, timeOfDay } from "../show/figures.js";
import type { Reading } from "../live/reading.js";
import { Sign, type Tone } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<NonNullable<Rollout["status"]>, Tone>> = {
  running: "notice",
  holding: "warning",
  paused: "off",
  succeeded: "good",
  rolled_back: "bad",
};

/** Those of which something is still to be decided. */
const ACTIVE: ReadonlySet<Rollout["status"]> = new Set(["running", "holding", "paused"]);

const COLUMNS = [
  { name: "Rollout" },
  { name: "State" },
  { name: "Generation", kind: "numeric" },
  { name: "Planned share", kind: "numeric" },
  { name: "Measured share", kind: "numeric" },
  { name: "Canary's requests", kind: "numeric" },
  { name: "Last change", kind: "wide" },
] as const;

const OBJECTIVES = [
  { name: "Objective" },
  { name: "Canary", kind: "numeric" },
  { name: "Stable", kind: "numeric" },
  { name: "Limit", kind: "numeric" },
  { name: "Evidence against it", kind: "numeric" },
] as const;

export function RolloutsCard({ reading, at }: { readonly reading: Reading<Rollouts>; readonly at: Instant }): VNode {
  return <Card id="rollouts" title="Rollouts" reading={reading} at={at} about={seenBy} show={contents} />;
}

function contents({ rollouts }: Rollouts): VNode {
  if (rollouts.length === 0) return <p class="nothing">There are none: the service has no canary.</p>;
  const rows = rollouts.map((rollout) => ({ key: rollout.name, cells: cells(rollout) }));
  return (
    <Fragment>
      {rollouts.map((rollout) => rollout.problem && problem(rollout))}
      <Table caption="Rollouts" columns={COLUMNS} rows={rows} />
      {rollouts.map((rollout) => rollout.slos.length > 0 && objectives(rollout))}
    </Fragment>
  );
}

function problem(rollout: Rollout): VNode {
  const known = rollout.copy_age === null ? "it was never read" : `it was read ${span(rollout.copy_age)} ago`;
  return (
    <p class="failure" key={rollout.name}>
      <Sign tone="unknown" word={`${rollout.name} may not be up to date, ${known}: ${rollout.problem}`} />
    </p>
  );
}

function cells(rollout: Rollout): readonly (VNode | string)[] {
  if (rollout.status === null) {
    return [rollout.name, <Sign tone="off" word="never started" />, NONE, NONE, NONE, NONE, NONE];
  }
  return [
    <Fragment>
      {rollout.name}
      {ACTIVE.has(rollout.status) && <small>{rollout.next_decision}</small>}
    </Fragment>,
    <Sign tone={TONES[rollout.status]} word={spoken(rollout.status)} />,
    count(rollout.generation),
    planned(rollout),
    percent(rollout.measured_share),
    rollout.requests === null ? NONE : count(rollout.requests),
    lastChange(rollout),
  ];
}

function planned(rollout: Rollout): VNode {
  const step = rollout.step === null ? "" : `step ${rollout.step + 1} of ${rollout.steps.length}`;
  return (
    <Fragment>
      {percent(rollout.planned_share)}
      {rollout.status !== "rolled_back" && <small>{step}</small>}
    </Fragment>
  );
}

function lastChange({ last }: Rollout): VNode | string {
  if (last === null) return NONE;
  return (
    <Fragment>
      {last.reason}
      <small>{`${timeOfDay(last.at)}, by ${last.by}`}</small>
    </Fragment>
  );
}

function objectives(rollout: Rollout): VNode {
  const rows = rollout.slos.map((objective) => ({ key: objective.slo, cells: judged(objective) }));
  return (
    <Fragment key={rollout.name}>
      <h3>{`What ${rollout.name} is judged by`}</h3>
      <Table caption={`Objectives of ${rollout.name}`} columns={OBJECTIVES} rows={rows} />
    </Fragment>
  );
}

function judged(objective: Objective): readonly string[] {
  return [
    spoken(objective.slo),
    `${count(objective.k)} of ${count(objective.n)}`,
    `${count(objective.stable_k)} of ${count(objective.stable_n)}`,
    percent(objective.limit),
    evidence(objective),
  ];
}

/** Both are logarithms, so that half of the limit is half of the way. */
function evidence({ log_evidence, log_evidence_limit }: Objective): string {
  if (log_evidence <= 0) return "none";
  return log_evidence >= log_evidence_limit ? "enough" : `${percent(log_evidence / log_evidence_limit)} of the limit`;
}
