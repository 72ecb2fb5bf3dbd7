import { timeOfDay } from "../show/figures.js";
import { Table } from "../show/table.js";
import { h, type VNode } from "../vendor/preact.js";
import type { Charted } from "./chart.js";

/** Seconds between two rows. */
const EVERY = 60;

/** A value a minute, newest first. */
export function ChartTable({ title, times, lines, said }: Pick<Charted, "title" | "times" | "lines" | "said">): VNode {
  const shown: number[] = [];
  let before = Infinity;
  for (const index of [...times.keys()].reverse()) {
    const time = times[index] ?? 0;
    if (before - time < EVERY) continue;
    shown.push(index);
    before = time;
  }
  const columns = [{ name: "Time" }, ...lines.map(({ name }) => ({ name, kind: "numeric" as const }))];
  const rows = shown.map((index) => ({
    key: String(times[index]),
    cells: [timeOfDay(times[index] ?? 0), ...lines.map(({ values }) => said(values[index] ?? null))],
  }));
  return <Table caption={title} columns={columns} rows={rows} />;
}
