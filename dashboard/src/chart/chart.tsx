import { NONE, timeOfDay } from "../show/figures.js";
import { Component, h, type VNode } from "../vendor/preact.js";
import type uPlot from "../vendor/uplot.js";
import { type Colors, colors, type Line, options } from "./drawing.js";
import type { Mark } from "./marks.js";
import { ChartTable } from "./table.js";

/** Pixels. */
const HEIGHT = 148;

/** Marks that the words name: the newest. */
const NAMED = 3;

export interface Charted {
  readonly title: string;
  readonly times: readonly number[]; // Unix seconds
  readonly lines: readonly Line[];
  readonly marks: readonly Mark[];
  readonly limit: number | null; // drawn as a dashed line
  readonly said: (value: number | null) => string; // a value with its unit
}

interface State {
  readonly pointed: number | null;
  readonly open: boolean; // the table
  readonly undrawn: boolean; // what draws could not be loaded
}

/** Figures over the last half hour. It is drawn anew only when there is something new to draw. */
export class Chart extends Component<Charted, State> {
  override state: State = { pointed: null, open: false, undrawn: false };
  #place: HTMLDivElement | null = null;
  #plot: uPlot | null = null;
  #palette: Colors | null = null;
  #watched: ResizeObserver | null = null;
  #gone = false;

  override componentDidMount(): void {
    this.#watched = new ResizeObserver(() => this.#resize());
    if (this.#place) this.#watched.observe(this.#place);
    void this.#draw();
  }

  override componentDidUpdate(before: Charted): void {
    const recolored = JSON.stringify(colors()) !== JSON.stringify(this.#palette);
    if (this.#plot && recolored) void this.#draw();
    else if (before.times !== this.props.times || before.marks.length !== this.props.marks.length) this.#plot?.setData(this.#data());
  }

  override componentWillUnmount(): void {
    this.#gone = true;
    this.#watched?.disconnect();
    this.#plot?.destroy();
  }

  override render({ title, times, lines, marks, said }: Charted, { pointed, open, undrawn }: State): VNode {
    const at = pointed ?? times.length - 1;
    const time = times[at];
    const keep = (place: HTMLDivElement | null): void => {
      this.#place = place;
    };
    return (
      <figure class="chart">
        <figcaption>
          <b>{title}</b>
          <span class="pointed">{pointed !== null && time !== undefined && timeOfDay(time)}</span>
        </figcaption>
        <ul class="legend-of-chart">
          {lines.map(({ name, values }, index) => (
            <li key={name} class={`series-${index + 1}`}>
              <svg viewBox="0 0 20 4" aria-hidden="true"><path d="M0 2H20" /></svg>
              {`${name} `}
              <b>{said(values[at] ?? null)}</b>
            </li>
          ))}
        </ul>
        {undrawn && <p class="nothing">What draws the chart could not be loaded; the table has the figures.</p>}
        <div class="plot" role="img" aria-label={this.#words(lines, marks, said)} ref={keep} />
        <details open={open} onToggle={(event) => this.setState({ open: event.currentTarget.open })}>
          <summary>As a table</summary>
          {open && <ChartTable title={title} times={times} lines={lines} said={said} />}
        </details>
      </figure>
    );
  }

  #words(lines: readonly Line[], marks: readonly Mark[], said: Charted["said"]): string {
    const told = lines.map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return `${name} not known`;
      return `${name} ${said(values.at(-1) ?? null)} now, between ${said(Math.min(...known))} and ${said(Math.max(...known))}`;
    });
    const newest = marks.slice(-NAMED).map(({ at, words }) => `${timeOfDay(at)} ${words}`);
    return [`${this.props.title}, last half hour at most: ${told.join("; ") || NONE}.`, ...newest].join(" ");
  }

  async #draw(): Promise<void> {
    const Plot = await loaded();
    if (this.#gone || !this.#place) return;
    if (!Plot) {
      this.setState({ undrawn: true });
      return;
    }
    this.#plot?.destroy();
    this.#palette = colors();
    const drawn = {
      width: this.#place.clientWidth,
      height: HEIGHT,
      lines: this.props.lines,
      palette: this.#palette,
      said: (value: number) => this.props.said(value),
      marks: () => this.props.marks,
      limit: () => this.props.limit,
      pointed: (pointed: number | null) => {
        if (pointed !== this.state.pointed) this.setState({ pointed });
      },
    };
    this.#plot = new Plot(options(drawn), this.#data(), this.#place);
  }

  #data(): uPlot.AlignedData {
    return [[...this.props.times], ...this.props.lines.map(({ values }) => [...values])];
  }

  #resize(): void {
    if (this.#plot && this.#place) this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT });
  }
}

/** What draws: not needed for the first paint, and the page tells all it has to without it. */
async function loaded(): Promise<typeof uPlot | null> {
  return import("../vendor/uplot.js").then(
    (module) => module.default,
    () => null,
  );
}
