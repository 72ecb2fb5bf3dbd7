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

/** Lists an agent's dead letters, has them delivered again step by step, or discards them. */
export class DeadLetterDesk {
  shelf: Shelf | null = null;
  #stopped = false;
  readonly #changed: () => void;
  readonly #acted: () => void;

  constructor(changed: () => void, acted: () => void) {
    this.#changed = changed;
    this.#acted = acted;
  }

  open(agent: string): void {
    const wantsToken = operator() === null;
    this.shelf = { agent, letters: [], next: null, ticked: new Set(), busy: "", words: "", mistake: "", wantsToken };
    this.#changed();
    if (!wantsToken) void this.list();
  }

  /** What runs is stopped: nobody would drive it. */
  close(): void {
    this.stop();
    this.shelf = null;
    this.#changed();
  }

  identify(token: string, name: string): void {
    const mistake = keepOperator(token, name);
    this.#show({ mistake, wantsToken: mistake !== "" });
    if (!mistake) void this.list();
  }

  tick(id: string, on: boolean): void {
    const ticked = new Set(this.shelf?.ticked);
    if (on) ticked.add(id);
    else ticked.delete(id);
    this.#show({ ticked });
  }

  /** Read the list anew, or one page more of it. */
  async list(after: string | null = null): Promise<void> {
    const query = `agent=${inPath(this.shelf?.agent ?? "")}&limit=${PAGE}${after === null ? "" : `&after=${inPath(after)}`}`;
    const told = await this.#ask("Reading the list…", (who) => perform(who, "GET", `/api/ops/dead-letters?${query}`, null, page));
    if (!told) return;
    const before = after === null ? [] : (this.shelf?.letters ?? []);
    this.#show({ letters: [...before, ...told.dead_letters], next: told.next, ticked: new Set() });
  }

  /** Deliver those that are ticked again, or all; what was not moved when it is stopped stays where it is. */
  async redrive({ reason, rate, maximum }: Terms): Promise<void> {
    this.#stopped = false;
    const ids = this.shelf?.ticked.size ? [...this.shelf.ticked] : null;
    let redrive: string | null = null;
    let done = false;
    while (!done && !this.#stopped) {
      const body: Record<string, unknown> = { reason, rate, maximum, ids, limit: STEP, redrive };
      const step: Decoded<typeof redriveStep> | null = await this.#ask("Delivering again…", (who) =>
        perform(who, "POST", this.#path("redrive"), body, redriveStep),
      );
      if (!step) return;
      ({ redrive, done } = step);
      this.#show({ words: `${step.moved_in_all} delivered again, ${step.left} left.`, busy: done ? "" : "Delivering again…" });
      if (!done) await pause(Math.min(1, Math.max(0.1, STEP / rate / 2)));
    }
    if (!done) await this.#end(reason);
    this.#acted();
    await this.list();
  }

  /** Stop a redrive that this page drives, after the step under way. */
  stop(): void {
    this.#stopped = true;
  }

  /** Have those that are ticked gone for good. */
  async discard(reason: string): Promise<void> {
    const ids = [...(this.shelf?.ticked ?? [])];
    const told = await this.#ask("Discarding…", (who) => perform(who, "POST", this.#path("discard"), { reason, ids }, discarded));
    if (!told) return;
    this.#acted();
    await this.list();
    const missing = told.missing.length > 0 ? `; ${told.missing.length} were gone already` : "";
    this.#show({ words: `${told.discarded.length} discarded${missing}.` });
  }

  async #end(reason: string): Promise<void> {
    const answers = schema("ChangeDocument", { changed: flag });
    await this.#ask("Stopping…", (who) => perform(who, "PUT", this.#path("redrive"), { on: false, reason }, answers));
    this.#show({ words: `Stopped: ${this.shelf?.words ?? ""}` });
  }

  #path(what: string): string {
    return `/api/ops/agents/${inPath(this.shelf?.agent ?? "")}/${what}`;
  }

  async #ask<T>(busy: string, how: (who: NonNullable<ReturnType<typeof operator>>) => Promise<Performed<T>>): Promise<T | null> {
    const who = operator();
    if (who === null) return null;
    this.#show({ busy, mistake: "" });
    const answer = await how(who);
    if (answer.kind === "done") {
      this.#show({ busy: "" });
      return answer.value;
    }
    const lost = answer.kind === "lost" ? " Whether it was done is not known; the list tells." : "";
    this.#show({ busy: "", mistake: answer.words + lost, wantsToken: answer.kind === "wrong-token" });
    return null;
  }

  #show(changed: Partial<Shelf>): void {
    if (this.shelf === null) return;
    this.shelf = { ...this.shelf, ...changed };
    this.#changed();
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));
}
