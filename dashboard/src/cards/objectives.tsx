import type { Objective, Rollout } from "../api/rollouts.js";
import { count, NONE, percent, spoken } from "../show/figures.js";
import { Meter } from "../show/meter.js";
import { Sign } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const COLUMNS = [
  { name: "Judged by" },
  { name: "Canary" },
  { name: "Stable" },
  { name: "Limit", kind: "numeric" },
  { name: "Evidence against it", kind: "wide" },
] as const;

const NAMES: Readonly<Record<string, string>> = {
  error: "errors",
  slow: "slow answers",
  first_attempt: "failed first attempts",
};

/** What a canary is judged by, since the generation began: its share of bad outcomes beside the stable one's and the limit. */
export function Objectives({ rollout }: { readonly rollout: Rollout }): VNode {
  const rows = rollout.slos.map((objective) => ({ key: objective.slo, cells: cells(objective) }));
  return (
    <div class="objectives">
      <Table caption={`Objectives of ${rollout.name}`} columns={COLUMNS} rows={rows} />
    </div>
  );
}

function cells(objective: Objective): readonly (VNode | string)[] {
  const { slo, limit, n, k, stable_n, stable_k } = objective;
  return [
    NAMES[slo] ?? spoken(slo),
    <Ratio bad={k} all={n} over={n > 0 && k / n > limit} />,
    <Ratio bad={stable_k} all={stable_n} over={stable_n > 0 && stable_k / stable_n > limit} />,
    percent(limit),
    <Evidence objective={objective} />,
  ];
}

function Ratio({ bad, all, over }: { readonly bad: number; readonly all: number; readonly over: boolean }): VNode {
  const ratio = all === 0 ? NONE : percent(bad / all);
  return (
    <Fragment>
      {over ? <Sign tone="warning" word={ratio} /> : ratio}
      <small>{`${count(bad)} of ${count(all)}`}</small>
    </Fragment>
  );
}

/** Both are logarithms, so that half of the limit is half of the way. */
function Evidence({ objective }: { readonly objective: Objective }): VNode {
  const { slo, log_evidence, log_evidence_limit } = objective;
  const reached = log_evidence_limit > 0 ? Math.max(0, log_evidence) / log_evidence_limit : 0;
  const words = reached === 0 ? "none" : reached >= 1 ? "enough to roll back" : `${percent(reached)} of the limit`;
  return (
    <Fragment>
      <Meter label={`Evidence against the canary, ${NAMES[slo] ?? spoken(slo)}`} words={words} value={reached} limit={1} />
      {reached >= 1 ? <Sign tone="bad" word={words} /> : <small>{words}</small>}
    </Fragment>
  );
}
