import { type Decoded, flag, listOf, nullable, number, schema, text } from "../api/decode.js";
import { keepOperator, operator } from "../access/operator.js";
import { inPath } from "./action.js";
import { perform, type Performed } from "./perform.js";

const letter = schema("DeadLetterDocument", {
  id: text,
  topic: text,
  document_id: text,
  published_at: number,
  died_at: nullable(number), // null: the queue does not tell
  attempts: number,
  reason: text,
});
const page = schema("DeadLetters", { dead_letters: listOf(letter), next: nullable(text) });
const redriveStep = schema("RedriveStep", { redrive: nullable(text), moved_in_all: number, left: number, done: flag });
const discarded = schema("Discarded", { discarded: listOf(text), missing: listOf(text) });

export type DeadLetter = Decoded<typeof letter>;

/** Dead letters on a page of the list. */
const PAGE = 50;

/** Messages that one step of a redrive moves, at most. */
const STEP = 100;

/** What is shown of an agent's dead letters. */
export interface Shelf {
  readonly agent: string;
  readonly letters: readonly DeadLetter[];
  readonly next: string | null; // where the following page begins; null: there is none
  readonly ticked: ReadonlySet<string>;
  readonly busy: string; // what is being done; "" for nothing
  readonly words: string; // what was done last
  readonly mistake: string;
  readonly wantsToken: boolean;
}

export interface Terms {
  readonly reason: string;
  readonly rate: number; // messages a second
  readonly maximum: number;
}

/** A redrive that this page drives. */
interface Run {
  stopped: boolean;
}

/** Lists an agent's dead letters, has them delivered again step by step, or discards them. */
export class DeadLetterDesk {
  shelf: Shelf | null = null;
  #opened = 0; // times that a shelf was opened: an answer for an earlier one is not this one's
  #run: Run | null = null;
  readonly #changed: () => void;
  readonly #acted: () => void;

  constructor(changed: () => void, acted: () => void) {
    this.#changed = changed;
    this.#acted = acted;
  }

  open(agent: string): void {
    const wantsToken = operator() === null;
    this.#opened += 1;
    this.shelf = { agent, letters: [], next: null, ticked: new Set(), busy: "", words: "", mistake: "", wantsToken };
    this.#changed();
    if (!wantsToken) void this.list();
  }

  /** What runs is stopped: nobody would drive it. */
  close(): void {
    this.stop();
    this.#opened += 1;
    this.shelf = null;
    this.#changed();
  }

  identify(token: string, name: string): void {
    const mistake = keepOperator(token, name);
    this.#show(this.#opened, { mistake, wantsToken: mistake !== "" });
    if (!mistake) void this.list();
  }

  tick(id: string, on: boolean): void {
    const ticked = new Set(this.shelf?.ticked);
    if (on) ticked.add(id);
    else ticked.delete(id);
    this.#show(this.#opened, { ticked });
  }

  /** Read the list anew, or one page more of it. */
  async list(after: string | null = null): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const query = `agent=${inPath(shelf.agent)}&limit=${PAGE}${after === null ? "" : `&after=${inPath(after)}`}`;
    const opened = this.#opened;
    const told = await this.#ask(opened, "Reading the list…", (who) =>
      perform(who, "GET", `/api/ops/dead-letters?${query}`, null, page),
    );
    if (!told) return;
    const before = after === null ? [] : shelf.letters;
    this.#show(opened, { letters: [...before, ...told.dead_letters], next: told.next, ticked: new Set() });
  }

  /** Deliver those that are ticked again, or all; what was not moved when it is stopped stays where it is. */
  async redrive({ reason, rate, maximum }: Terms): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const path = redrivePath(shelf.agent);
    const run: Run = { stopped: false };
    this.#run = run;
    const ids = shelf.ticked.size ? [...shelf.ticked] : null;
    let redrive: string | null = null;
    let done = false;
    while (!done && !run.stopped) {
      const body: Record<string, unknown> = { reason, rate, maximum, ids, limit: STEP, redrive };
      const step: Decoded<typeof redriveStep> | null = await this.#ask(opened, "Delivering again…", (who) =>
        perform(who, "POST", path, body, redriveStep),
      );
      if (!step) return;
      ({ redrive, done } = step);
      const words = `${step.moved_in_all} delivered again, ${step.left} left.`;
      this.#show(opened, { words, busy: done ? "" : "Delivering again…" });
      if (!done) await pause(Math.min(1, Math.max(0.1, STEP / rate / 2)));
    }
    if (!done) await this.#end(opened, path, reason);
    this.#acted();
    if (opened === this.#opened) await this.list();
  }

  /** Stop the redrive that this page drives, after the step under way. */
  stop(): void {
    if (this.#run) this.#run.stopped = true;
  }

  /** Have those that are ticked gone for good. */
  async discard(reason: string): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const path = `/api/ops/agents/${inPath(shelf.agent)}/discard`;
    const body = { reason, ids: [...shelf.ticked] };
    const told = await this.#ask(opened, "Discarding…", (who) => perform(who, "POST", path, body, discarded));
    if (!told) return;
    this.#acted();
    if (opened === this.#opened) await this.list();
    const missing = told.missing.length > 0 ? `; ${told.missing.length} were gone already` : "";
    this.#show(opened, { words: `${told.discarded.length} discarded${missing}.` });
  }

  /** Give up the claim, also when the dialog was closed meanwhile: another redrive may begin at once. */
  async #end(opened: number, path: string, reason: string): Promise<void> {
    const answers = schema("ChangeDocument", { changed: flag });
    await this.#ask(opened, "Stopping…", (who) => perform(who, "PUT", path, { on: false, reason }, answers));
    this.#show(opened, { words: `Stopped: ${this.shelf?.words ?? ""}` });
  }

  async #ask<T>(
    opened: number,
    busy: string,
    how: (who: NonNullable<ReturnType<typeof operator>>) => Promise<Performed<T>>,
  ): Promise<T | null> {
    const who = operator();
    if (who === null) return null;
    this.#show(opened, { busy, mistake: "" });
    const answer = await how(who);
    if (answer.kind === "done") {
      this.#show(opened, { busy: "" });
      return answer.value;
    }
    const lost = answer.kind === "lost" ? " Whether it was done is not known; the list tells." : "";
    this.#show(opened, { busy: "", mistake: answer.words + lost, wantsToken: answer.kind === "wrong-token" });
    return null;
  }

  #show(opened: number, changed: Partial<Shelf>): void {
    if (this.shelf === null || opened !== this.#opened) return;
    this.shelf = { ...this.shelf, ...changed };
    this.#changed();
  }
}

function redrivePath(agent: string): string {
  return `/api/ops/agents/${inPath(agent)}/redrive`;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));
}
