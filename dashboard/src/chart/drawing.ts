import { timeOfDay } from "../show/figures.js";
import { KEPT, type Point } from "../live/history.js";
import type { Tone } from "../show/sign.js";
import { ticks, type Unit } from "../show/ticks.js";
import type uPlot from "../vendor/uplot.js";
import type { Mark } from "./marks.js";

/** A line of a chart. Lines differ by their dashes as well as their colours. */
export interface Series {
  readonly name: string;
  readonly figure: (point: Point) => number | null; // null: not known, and no line is drawn there
}

/** Seconds that a chart shows: the least that holds what there is. */
const SPANS: readonly number[] = [300, 600, 900, KEPT];

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

/** The colours of the page as it is now. */
interface Colors {
  readonly series: readonly string[];
  readonly soft: string;
  readonly rule: string;
  readonly tones: Readonly<Record<Tone, string>>;
}

export function colors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    series: [1, 2, 3, 4].map((number) => color(`series-${number}`)),
    soft: color("soft"),
    rule: color("rule"),
    tones: {
      good: color("good"),
      notice: color("notice"),
      warning: color("warning"),
      bad: color("bad"),
      off: color("off"),
      unknown: color("unknown"),
      idle: color("soft"),
    },
  };
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  readonly series: readonly Series[];
  readonly palette: Colors;
  readonly unit: Unit;
  readonly marks: () => readonly Mark[];
  readonly limit: () => number | null;
  readonly pointed: (index: number | null) => void; // at which values somebody points
}

/** How a chart is drawn. */
export function options({ width, height, series, palette, unit, marks, limit, pointed }: Drawn): uPlot.Options {
  const axis = { stroke: palette.soft, grid: { stroke: palette.rule, width: 1 }, ticks: { show: false }, font: "11px sans-serif" };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { show: false } },
    scales: {
      x: { range: (_, from, to) => [to - (SPANS.find((span) => to - from <= span) ?? KEPT), to] },
      y: { range: (_, __, most) => [0, Math.max(most, limit() ?? 0) * 1.1 || 1] },
    },
    axes: [
      { ...axis, size: 24, splits: thirds, values: (_, times) => times.map((time) => before(time, times.at(-1) ?? time)) },
      { ...axis, size: 56, space: 28, values: (_, values, __, ___, step) => ticks(values, step, unit) },
    ],
    series: [
      {},
      ...series.map(({ name }, index) => ({
        label: name,
        stroke: palette.series[index] ?? palette.soft,
        width: 1.75,
        dash: [...(DASHES[index] ?? [])],
        points: { show: true, size: 4, filter: lonely },
      })),
    ],
    hooks: {
      draw: [(chart) => drawLimit(chart, limit(), palette), (chart) => drawMarks(chart, marks(), palette)],
      setCursor: [(chart) => pointed(chart.cursor.idx ?? null)],
    },
  };
}

/** Which values have no neighbour, so that no line goes through them. */
function lonely(chart: uPlot, series: number): number[] {
  const values = chart.data[series] ?? [];
  return [...values.keys()].filter((at) => values[at] != null && values[at - 1] == null && values[at + 1] == null);
}

/** Where the time axis has its words: at both ends and between, whatever the clock says there. */
function thirds(_: uPlot, __: number, from: number, to: number): number[] {
  return [0, 1, 2, 3].map((third) => from + ((to - from) * third) / 3);
}

function before(time: number, now: number): string {
  const minutes = (now - time) / 60;
  return minutes < 0.05 ? timeOfDay(time) : `\u2212${Number(minutes.toFixed(1))} min`; // what is last may be long ago
}

function drawLimit(chart: uPlot, limit: number | null, palette: Colors): void {
  if (limit === null) return;
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(limit, "y", true));
  ctx.save();
  ctx.strokeStyle = palette.tones.bad;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}

function drawMarks(chart: uPlot, marks: readonly Mark[], palette: Colors): void {
  const { ctx, bbox } = chart;
  const size = 4 * devicePixelRatio;
  ctx.save();
  for (const { at, tone } of marks) {
    const x = Math.round(chart.valToPos(at, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.globalAlpha = 0.45;
    ctx.strokeStyle = palette.tones[tone];
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillStyle = palette.tones[tone];
    ctx.beginPath();
    outline(ctx, tone, x, bbox.top + size, size);
    ctx.fill();
  }
  ctx.restore();
}

/** As the shapes of the signs are: a diamond is bad, a triangle warns, a square is a person's doing, a disc is well. */
function outline(ctx: CanvasRenderingContext2D, tone: Tone, x: number, y: number, size: number): void {
  if (tone === "bad" || tone === "warning") {
    ctx.moveTo(x, y - size);
    ctx.lineTo(x + size, tone === "bad" ? y : y + size);
    if (tone === "bad") ctx.lineTo(x, y + size);
    ctx.lineTo(x - size, tone === "bad" ? y : y + size);
  } else if (tone === "off") {
    ctx.rect(x - size * 0.8, y - size * 0.8, size * 1.6, size * 1.6);
  } else {
    ctx.arc(x, y, size * 0.8, 0, 2 * Math.PI);
  }
}
