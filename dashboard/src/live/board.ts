import * as access from "../access/access.js";
import type { Endpoint } from "../api/endpoint.js";
import { ask, type Asked } from "./ask.js";
import { now } from "./clock.js";
import type { Chosen } from "./fleet.js";
import { type History, withPoint } from "./history.js";
import { type Journal, withEvents } from "./journal.js";
import { type LastMinute, NOTHING_COUNTED, withCounts } from "./last-minute.js";
import type { Polled } from "./poller.js";
import type { Reading } from "./reading.js";
import { ENDPOINTS, NOTHING_READ, type Readings, SOURCES, type Source } from "./readings.js";
import { type Samples, withAnswer } from "./traffic.js";

/** Whether the service lets this page look: it wants a token, or the one that it got is not good. */
export type Access = "granted" | "wanted" | "refused";

/** All that the page shows is a function of this and of the time. */
export class Board {
  readings: Readings = NOTHING_READ;
  samples: Samples = [];
  lastMinute: LastMinute = NOTHING_COUNTED; // of the breakers
  history: History = [];
  journal: Journal = []; // the newest lines of all that was told
  access: Access = "granted";
  chosen: Chosen = ""; // whose figures are looked at
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Ask every endpoint once; each answer is shown when it comes, whatever becomes of the others. */
  async poll(): Promise<Polled> {
    if (this.access !== "granted") return { answered: true, again: false };
    const token = access.kept();
    const outcomes = await Promise.all(SOURCES.map((source) => this.#ask(source, token)));
    const refused = outcomes.some((outcome) => outcome.kind === "unauthorized");
    if (refused && token === access.kept()) this.#shut(token);
    if (this.access === "granted") this.history = withPoint(this.history, this.readings, this.samples, this.chosen, now());
    this.#changed();
    return { answered: outcomes.some((outcome) => outcome.kind !== "away"), again: this.access === "granted" };
  }

  /** Look with this token from now on; a sentence when it cannot be one. */
  enter(token: string): string {
    const mistake = access.keep(token);
    if (!mistake) this.access = "granted";
    return mistake;
  }

  /** Forget the token, and what it let us see. */
  leave(): void {
    access.forget();
    this.readings = NOTHING_READ;
    this.samples = [];
    this.lastMinute = NOTHING_COUNTED;
    this.history = [];
    this.journal = [];
    this.access = "wanted";
    this.#changed();
  }

  /** Look at one instance, or at all of them. */
  choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.samples = [];
    this.history = [];
    this.readings = { ...this.readings, goldenSignals: NOTHING_READ.goldenSignals };
    this.#changed();
  }

  async #ask(source: Source, token: string): Promise<Asked<unknown>> {
    const endpoint: Endpoint<unknown> = ENDPOINTS[source];
    const chosen = this.chosen;
    const outcome = await ask(endpoint, chosen, token);
    if (outcome.kind !== "unauthorized" && token === access.kept() && chosen === this.chosen) {
      const before: Reading<unknown> = this.readings[source];
      const after: Reading<unknown> =
        outcome.kind === "answered"
          ? { last: outcome.answer, failure: "" }
          : { last: before.last, failure: outcome.failure };
      this.readings = { ...this.readings, [source]: after };
      if (source === "goldenSignals") this.#sample();
      if (source === "breakers") this.#count();
      if (source === "events") this.#note();
      this.#changed();
    }
    return outcome;
  }

  #sample(): void {
    const { last, failure } = this.readings.goldenSignals;
    if (last && !failure) this.samples = withAnswer(this.samples, last);
  }

  #count(): void {
    const { last, failure } = this.readings.breakers;
    if (last && !failure) this.lastMinute = withCounts(this.lastMinute, last);
  }

  #note(): void {
    const { last, failure } = this.readings.events;
    if (last && !failure) this.journal = withEvents(this.journal, last.value);
  }

  #shut(token: string): void {
    this.leave();
    if (token) this.access = "refused";
  }
}
