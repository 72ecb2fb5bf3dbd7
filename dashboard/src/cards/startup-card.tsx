import type { Node, Startup } from "../api/startup.js";
import type { Look } from "../live/fleet.js";
import type { Reading } from "../live/reading.js";
import { Card, seenBy } from "../show/card.js";
import { latency, NONE } from "../show/figures.js";
import { Remark } from "../show/remark.js";
import { Sign, type Tone } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { StartupGraph } from "./startup-graph.js";
import { criticalPath } from "./startup-layout.js";

const TONES: Readonly<Record<Node["status"], Tone>> = {
  pending: "unknown",
  started: "good",
  degraded: "warning",
  failed: "bad",
};

const COLUMNS = [
  { name: "Node" },
  { name: "State" },
  { name: "Kind" },
  { name: "Took", kind: "numeric" },
  { name: "Needs", kind: "wide" },
] as const;

interface Contents extends Look {
  readonly reading: Reading<Startup>;
}

export function StartupCard({ reading, at }: Contents): VNode {
  return <Card id="startup" title="Startup" reading={reading} at={at} about={seenBy} show={contents} />;
}

function contents({ nodes }: Startup): VNode {
  if (nodes.length === 0) return <p class="nothing">There is no graph: the reliability layer is off, and parts start in a row.</p>;
  const path = criticalPath(nodes);
  const unwell = nodes.filter((each) => each.status !== "started");
  return (
    <Fragment>
      <p class="lead">{`Critical path ${latency(path.seconds)}: ${path.ids.join(" → ")}`}</p>
      {unwell.map((each) => (
        <Remark key={each.id} tone={TONES[each.status]} word={`${each.id} is ${each.status}${each.error && `: ${each.error}`}`} />
      ))}
      <StartupGraph nodes={nodes} path={path.ids} />
      <details>
        <summary>The same as a table</summary>
        <Table caption="Startup graph" columns={COLUMNS} rows={nodes.map((node) => ({ key: node.id, cells: cells(node) }))} />
      </details>
    </Fragment>
  );
}

function cells(node: Node): readonly (VNode | string)[] {
  return [
    node.id,
    <Sign tone={TONES[node.status]} word={node.status} />,
    node.critical ? "critical" : "not critical",
    latency(node.seconds),
    node.needs.join(", ") || NONE,
  ];
}
