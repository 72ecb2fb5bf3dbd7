import type { Point } from "../live/history.js";
import { timeOfDay } from "../show/figures.js";
import { Table } from "../show/table.js";
import { h, type VNode } from "../vendor/preact.js";
import type { Charted } from "./chart.js";

/** Seconds between two rows. */
const EVERY = 60;

/** A value a minute, newest first. */
export function ChartTable({ title, history, series, format }: Pick<Charted, "title" | "history" | "series" | "format">): VNode {
  const shown: Point[] = [];
  for (const point of history.toReversed()) {
    const newer = shown.at(-1);
    if (!newer || newer.at - point.at >= EVERY) shown.push(point);
  }
  const columns = [{ name: "Time" }, ...series.map(({ name }) => ({ name, kind: "numeric" as const }))];
  const rows = shown.map((point) => ({
    key: String(point.at),
    cells: [timeOfDay(point.at), ...series.map(({ figure }) => format(figure(point)))],
  }));
  return <Table caption={title} columns={columns} rows={rows} />;
}
