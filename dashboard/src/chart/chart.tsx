import type { History, Point } from "../live/history.js";
import { NONE, timeOfDay } from "../show/figures.js";
import type { Unit } from "../show/ticks.js";
import { appearance } from "../theme.js";
import { Component, h, type VNode } from "../vendor/preact.js";
import type uPlot from "../vendor/uplot.js";
import { colors, type Series, options } from "./drawing.js";
import { mendLanguage } from "./language.js";
import type { Mark } from "./marks.js";
import { ChartTable } from "./table.js";

/** Pixels. */
const HEIGHT = 148;

/** Marks that the words name: the newest. */
const NAMED = 3;

export interface Charted {
  readonly title: string;
  readonly history: History;
  readonly series: readonly Series[];
  readonly marks: readonly Mark[];
  readonly limit: number | null; // drawn as a dashed line
  readonly unit: Unit;
  readonly format: (value: number | null) => string; // a value with its unit
}

/** Seconds from where somebody points to a mark whose words are told. */
const NEAR = 10;

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
  #appearance = "";
  #observer: ResizeObserver | null = null;
  #gone = false;
  readonly #paper = matchMedia("print");
  readonly #recolor = (): void => void this.#draw();

  override componentDidMount(): void {
    this.#observer = new ResizeObserver(() => this.#resize());
    if (this.#place) this.#observer.observe(this.#place);
    this.#paper.addEventListener("change", this.#recolor);
    void this.#draw();
  }

  override componentDidUpdate(before: Charted): void {
    const { history, marks } = this.props;
    if (this.#plot && this.#appearance !== appearance()) void this.#draw();
    else if (before.history !== history || marksKey(before.marks) !== marksKey(marks)) this.#plot?.setData(this.#data());
  }

  override componentWillUnmount(): void {
    this.#gone = true;
    this.#observer?.disconnect();
    this.#paper.removeEventListener("change", this.#recolor);
    this.#plot?.destroy();
  }

  override render({ title, history, series, marks, format }: Charted, { pointed, open, undrawn }: State): VNode {
    const shown = pointed === null ? history.at(-1) : history[pointed];
    const keep = (place: HTMLDivElement | null): void => {
      this.#place = place;
    };
    return (
      <figure class="chart">
        <figcaption>
          <b>{title}</b>
          <span class="pointed">{pointed !== null && shown && pointedAt(shown, marks)}</span>
        </figcaption>
        <ul class="legend-of-chart">
          {series.map(({ name, figure }, index) => (
            <li key={name} class={`series-${index + 1}`}>
              <svg viewBox="0 0 20 4" aria-hidden="true"><path d="M0 2H20" /></svg>
              {`${name} `}
              <b>{format(shown ? figure(shown) : null)}</b>
            </li>
          ))}
        </ul>
        {undrawn && <p class="nothing">What draws the chart could not be loaded; the table has the figures.</p>}
        <div class="plot" role="img" aria-label={this.#words()} ref={keep} />
        <details open={open} onToggle={(event) => this.setState({ open: event.currentTarget.open })}>
          <summary>As a table</summary>
          {open && <ChartTable title={title} history={history} series={series} format={format} />}
        </details>
      </figure>
    );
  }

  #words(): string {
    const { title, history, series, marks, format } = this.props;
    const told = series.map(({ name, figure }) => {
      const known = history.map(figure).filter((value) => value !== null);
      const last = history.at(-1);
      if (known.length === 0) return `${name} not known`;
      return `${name} ${format(last ? figure(last) : null)} now, between ${format(Math.min(...known))} and ${format(Math.max(...known))}`;
    });
    const newest = marks.slice(-NAMED).map(({ at, words }) => `${timeOfDay(at)} ${words}`);
    return [`${title}, last half hour at most: ${told.join("; ") || NONE}.`, ...newest].join(" ");
  }

  async #draw(): Promise<void> {
    const Plot = await loaded();
    if (this.#gone || !this.#place) return;
    if (!Plot) {
      this.setState({ undrawn: true });
      return;
    }
    this.#plot?.destroy();
    this.#appearance = appearance();
    const drawn = {
      width: this.#place.clientWidth,
      height: HEIGHT,
      series: this.props.series,
      palette: colors(),
      unit: this.props.unit,
      marks: () => this.props.marks,
      limit: () => this.props.limit,
      pointed: (pointed: number | null) => {
        if (pointed !== this.state.pointed) this.setState({ pointed });
      },
    };
    this.#plot = new Plot(options(drawn), this.#data(), this.#place);
  }

  #data(): uPlot.AlignedData {
    const { history, series } = this.props;
    return [history.map((point) => point.at), ...series.map(({ figure }) => history.map(figure))];
  }

  #resize(): void {
    if (this.#plot && this.#place) this.#plot.setSize({ width: this.#place.clientWidth, height: HEIGHT });
  }
}

function pointedAt({ at }: Point, marks: readonly Mark[]): string {
  const near = marks.filter((mark) => Math.abs(mark.at - at) <= NEAR).map((mark) => mark.words);
  return [timeOfDay(at), ...near].join(" · ");
}

function marksKey(marks: readonly Mark[]): string {
  return marks.map((mark) => mark.at).join();
}

/** What draws: not needed for the first paint, and the page tells all it has to without it. */
async function loaded(): Promise<typeof uPlot | null> {
  mendLanguage();
  try {
    return (await import("../vendor/uplot.js")).default;
  } catch (error) {
    console.error("The charts are not drawn, for uPlot could not be loaded:", error);
    return null;
  }
}
