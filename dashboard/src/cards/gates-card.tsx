import type { Gate, Gates } from "../api/gates.js";
import { Card, seenBy } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { latency } from "../show/figures.js";
import type { Reading } from "../live/reading.js";
import { Sign, type Tone } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const COLUMNS = [
  { name: "Gate" },
  { name: "State" },
  { name: "Kind" },
  { name: "Passes", kind: "numeric" },
  { name: "Check took", kind: "numeric" },
] as const;

export function GatesCard({ reading, at }: { readonly reading: Reading<Gates>; readonly at: Instant }): VNode {
  return <Card id="gates" title="Health gates" reading={reading} at={at} about={seenBy} show={contents} />;
}

function contents(gates: Gates): VNode {
  const rows = gates.health_gates.map((gate) => ({ key: gate.name, cells: cells(gate) }));
  return (
    <Fragment>
      {gates.stale && (
        <p class="failure">
          <Sign tone="unknown" word="The last round of checks is too long ago to tell of the present." />
        </p>
      )}
      <p class="lead" data-instance={gates.status}>
        {gates.status === "ready" ? (
          <Sign tone="good" word="The instance takes requests." />
        ) : (
          <Sign tone="bad" word="The instance is not ready: it turns requests away." />
        )}
      </p>
      <Table caption="Health gates" columns={COLUMNS} rows={rows} />
    </Fragment>
  );
}

function cells(gate: Gate): readonly (VNode | string)[] {
  return [
    <Fragment>
      {gate.name}
      {gate.last_error && <small>{gate.last_error}</small>}
    </Fragment>,
    <Sign tone={tone(gate)} word={gate.ready ? "ready" : "not ready"} />,
    gate.critical ? "critical" : "not critical",
    `${Math.min(gate.consecutive_passes, gate.required)} of ${gate.required}`,
    latency(gate.last_seconds),
  ];
}

function tone(gate: Gate): Tone {
  if (gate.ready) return "good";
  return gate.critical ? "bad" : "warning";
}
