import { type Decoded, type Decoder, flag, listOf, nullable, number, schema, text } from "../api/decode.js";
import { forgetOperator, keepOperator, operator } from "../access/operator.js";
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
  readonly tried: Tried | null; // what is to be confirmed
}

/** What a dry run came to. */
export interface Tried {
  readonly what: "redrive" | "discard";
  readonly terms: Terms;
  readonly ids: readonly string[]; // those that were ticked; none: all
  readonly count: number; // messages
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
    this.shelf = { agent, letters: [], next: null, ticked: new Set(), busy: "", words: "", mistake: "", wantsToken, tried: null };
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
    this.#show(this.#opened, { ticked, tried: null }); // what was tried was of others
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
    this.#show(opened, { letters: [...before, ...told.dead_letters], next: told.next, ticked: new Set(), tried: null });
  }

  /** Find out what would become of it; nothing is changed. */
  async dryRun(what: Tried["what"], terms: Terms): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const ids = [...shelf.ticked];
    const path = what === "redrive" ? redrivePath(shelf.agent) : discardPath(shelf.agent);
    const { reason, rate, maximum } = terms;
    const body =
      what === "redrive"
        ? { reason, rate, maximum, ids: ids.length > 0 ? ids : null, limit: STEP, redrive: null, dry_run: true }
        : { reason, ids, dry_run: true };
    const answer = what === "redrive" ? wouldMove : wouldGo;
    const count = await this.#ask(opened, "Asking the service…", (who) => perform(who, "POST", path, body, answer));
    if (count === null) return;
    this.#show(opened, { tried: { what, terms, ids, count: what === "redrive" ? Math.min(count, maximum) : count } });
  }

  /** Do what was tried. */
  async confirm(): Promise<void> {
    const tried = this.shelf?.tried;
    if (!tried) return;
    this.#show(this.#opened, { tried: null });
    await (tried.what === "redrive" ? this.#redrive(tried) : this.#discard(tried));
  }

  back(): void {
    this.#show(this.#opened, { tried: null });
  }

  /** Deliver those that are ticked again, or all; what was not moved when it is stopped stays where it is. */
  async #redrive({ terms: { reason, rate, maximum }, ids: ticked }: Tried): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const path = redrivePath(shelf.agent);
    const run: Run = { stopped: false };
    this.#run = run;
    const ids = ticked.length > 0 ? ticked : null;
    let redrive: string | null = null;
    let done = false;
    while (!done && !run.stopped) {
      const body: Record<string, unknown> = { reason, rate, maximum, ids, limit: STEP, redrive };
      const step: Decoded<typeof redriveStep> | null = await this.#ask(opened, "Delivering again…", (who) =>
        perform(who, "POST", path, body, redriveStep),
      );
      if (!step) {
        if (redrive !== null) await this.#giveUp(path, reason);
        return;
      }
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
  async #discard({ terms: { reason }, ids }: Tried): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const path = discardPath(shelf.agent);
    const body = { reason, ids };
    const told = await this.#ask(opened, "Discarding…", (who) => perform(who, "POST", path, body, discarded));
    if (!told) return;
    this.#acted();
    if (opened === this.#opened) await this.list();
    const missing = told.missing.length > 0 ? `; ${told.missing.length} were gone already` : "";
    this.#show(opened, { words: `${told.discarded.length} discarded${missing}.` });
  }

  /** Give up the claim, also when the dialog was closed meanwhile: another redrive may begin at once. */
  async #end(opened: number, path: string, reason: string): Promise<void> {
    this.#show(opened, { busy: "Stopping…" });
    await this.#giveUp(path, reason);
    this.#show(opened, { busy: "", words: `Stopped: ${this.shelf?.words ?? ""}` });
  }

  /** Without this the claim ends by itself, a minute after the last step. */
  async #giveUp(path: string, reason: string): Promise<void> {
    const who = operator();
    if (who !== null) await perform(who, "PUT", path, { on: false, reason }, schema("ChangeDocument", { changed: flag }));
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
    if (answer.kind === "wrong-token") forgetOperator();
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

const wouldMove: Decoder<number, never> = (value, path) => {
  const { moved_in_all, left } = redriveStep(value, path);
  return moved_in_all + left;
};

const wouldGo: Decoder<number, never> = (value, path) => discarded(value, path).discarded.length;

function discardPath(agent: string): string {
  return `/api/ops/agents/${inPath(agent)}/discard`;
}

function redrivePath(agent: string): string {
  return `/api/ops/agents/${inPath(agent)}/redrive`;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));
}
