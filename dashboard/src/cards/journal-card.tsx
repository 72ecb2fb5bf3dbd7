import type { Events } from "../api/events.js";
import type { Look } from "../live/fleet.js";
import { type Happening, happenings, type Journal, lineKey } from "../live/journal.js";
import type { Answer, Reading } from "../live/reading.js";
import { Card } from "../show/card.js";
import { count } from "../show/figures.js";
import { type Kind, KINDS, sentenceOf } from "../show/journal-words.js";
import { Caveats } from "../show/caveats.js";
import { Sign } from "../show/sign.js";
import { Component, Fragment, h, type VNode } from "../vendor/preact.js";
import { JournalLine } from "./journal-line.js";

/** Lines in sight, and how many more come into sight at a time. */
const PAGE = 20;

interface Contents extends Look {
  readonly reading: Reading<Events>;
  readonly journal: Journal;
}

interface Choice {
  readonly hidden: ReadonlySet<Kind>;
  readonly lines: number;
}

/** What happened, newest first; which kinds and how many lines is the reader's choice. */
export class JournalCard extends Component<Contents, Choice> {
  override state: Choice = { hidden: new Set(), lines: PAGE };

  override render(): VNode {
    const { reading, at } = this.props;
    return <Card id="journal" title="Journal" reading={reading} at={at} about={this.#about} show={this.#contents} />;
  }

  readonly #about = (_: Answer<Events>): string => (this.props.chosen ? `of ${this.props.chosen}` : "of all instances");

  readonly #contents = (events: Events): VNode => {
    const { journal, chosen, now } = this.props;
    const all = happenings(journal, chosen);
    const wanted = all.filter(({ line }) => !this.state.hidden.has(sentenceOf(line.event).kind));
    const left = wanted.length - this.state.lines;
    return (
      <Fragment>
        <Caveats fleet={events} chosen={chosen} />
        {this.#filters(all)}
        {wanted.length === 0 && <p class="nothing">{all.length === 0 ? "Nothing has happened yet." : "All of it is hidden."}</p>}
        <ol class="journal" tabIndex={0} aria-label="Events, newest first">
          {wanted.slice(0, this.state.lines).map((happening) => (
            <JournalLine key={lineKey(happening.line)} happening={happening} now={now} />
          ))}
        </ol>
        {left > 0 && (
          <button type="button" onClick={() => this.setState({ lines: this.state.lines + PAGE })}>
            {`Show ${count(Math.min(PAGE, left))} more`}
          </button>
        )}
      </Fragment>
    );
  };

  #filters(all: readonly Happening[]): VNode {
    return (
      <p class="filters" role="group" aria-label="Kinds of events">
        {KINDS.map((kind) => (
          <button type="button" key={kind} aria-pressed={!this.state.hidden.has(kind)} onClick={() => this.#toggle(kind)}>
            <Sign tone={kind} word={`${kind} ${count(all.filter(({ line }) => sentenceOf(line.event).kind === kind).length)}`} />
          </button>
        ))}
      </p>
    );
  }

  #toggle(kind: Kind): void {
    const hidden = new Set(this.state.hidden);
    if (!hidden.delete(kind)) hidden.add(kind);
    this.setState({ hidden });
  }
}
