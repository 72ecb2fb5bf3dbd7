import { forgetOperator, keepOperator, operator } from "../access/operator.js";
import { type DeadLetter, deadLetters, discarded, redriveStep, redriveStopped, wouldGo, wouldMove } from "../api/dead-letters.js";
import type { Decoder } from "../api/decode.js";
import { change, get, type Request } from "../api/request.js";
import { perform } from "./perform.js";

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
  readonly tried: Trial | null; // what is to be confirmed
}

/** What a dry run came to. */
export interface Trial {
  readonly what: "redrive" | "discard";
  readonly terms: RedriveTerms;
  readonly ids: readonly string[]; // those that were ticked; none: all
  readonly count: number; // messages
}

interface RedriveTerms {
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
    const query = new URLSearchParams({ agent: shelf.agent, limit: String(PAGE), ...(after !== null && { after }) });
    const opened = this.#opened;
    const request = get(`/api/ops/dead-letters?${query.toString()}`);
    const page = await this.#ask(opened, "Reading the list…", request, deadLetters);
    if (!page) return;
    const before = after === null ? [] : shelf.letters;
    this.#show(opened, { letters: [...before, ...page.dead_letters], next: page.next, ticked: new Set(), tried: null });
  }

  /** Find out what would become of it; nothing is changed. */
  async dryRun(what: Trial["what"], terms: RedriveTerms): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const ids = [...shelf.ticked];
    const demand = { terms, ids, dry_run: true };
    const redrives = what === "redrive";
    const request = redrives ? step(shelf.agent, { ...demand, redrive: null }) : discard(shelf.agent, demand);
    const count = await this.#ask(opened, "Asking the service…", request, redrives ? wouldMove : wouldGo);
    if (count === null) return;
    this.#show(opened, { tried: { what, terms, ids, count: redrives ? Math.min(count, terms.maximum) : count } });
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
  async #redrive({ terms, ids }: Trial): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const run: Run = { stopped: false };
    this.#run = run;
    let redrive: string | null = null;
    let done = false;
    while (!done && !run.stopped) {
      const request: Request = step(shelf.agent, { terms, ids, redrive, dry_run: false });
      const taken = await this.#ask(opened, "Delivering again…", request, redriveStep);
      if (!taken) {
        if (redrive !== null) await giveUp(shelf.agent, terms.reason);
        return;
      }
      ({ redrive, done } = taken);
      const words = `${taken.moved_in_all} delivered again, ${taken.left} left.`;
      this.#show(opened, { words, busy: done ? "" : "Delivering again…" });
      if (!done) await sleep(Math.min(1, Math.max(0.1, STEP / terms.rate / 2)));
    }
    if (!done) await this.#end(opened, shelf.agent, terms.reason);
    this.#acted();
    if (opened === this.#opened) await this.list();
  }

  /** Stop the redrive that this page drives, after the step under way. */
  stop(): void {
    if (this.#run) this.#run.stopped = true;
  }

  /** Have those that are ticked gone for good. */
  async #discard({ terms, ids }: Trial): Promise<void> {
    const { shelf } = this;
    if (shelf === null) return;
    const opened = this.#opened;
    const request = discard(shelf.agent, { terms, ids, dry_run: false });
    const gone = await this.#ask(opened, "Discarding…", request, discarded);
    if (!gone) return;
    this.#acted();
    if (opened === this.#opened) await this.list();
    const missing = gone.missing.length > 0 ? `; ${gone.missing.length} were gone already` : "";
    this.#show(opened, { words: `${gone.discarded.length} discarded${missing}.` });
  }

  /** Give up the claim, also when the dialog was closed meanwhile: another redrive may begin at once. */
  async #end(opened: number, agent: string, reason: string): Promise<void> {
    this.#show(opened, { busy: "Stopping…" });
    await giveUp(agent, reason);
    this.#show(opened, { busy: "", words: `Stopped: ${this.shelf?.words ?? ""}` });
  }

  async #ask<T>(opened: number, busy: string, request: Request, decode: Decoder<T, never>): Promise<T | null> {
    const who = operator();
    if (who === null) return null;
    this.#show(opened, { busy, mistake: "" });
    const answer = await perform(who, request, decode);
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

interface Demand extends Pick<Trial, "terms" | "ids"> {
  readonly dry_run: boolean;
}

function step(agent: string, { terms, ids, redrive, dry_run }: Demand & { readonly redrive: string | null }): Request {
  const chosen = ids.length > 0 ? [...ids] : null;
  return change("post", "/api/ops/agents/{id}/redrive", agent, { ...terms, ids: chosen, limit: STEP, redrive, dry_run });
}

function discard(agent: string, { terms: { reason }, ids, dry_run }: Demand): Request {
  return change("post", "/api/ops/agents/{id}/discard", agent, { reason, ids: [...ids], dry_run });
}

/** Without this the claim ends by itself, a minute after the last step. */
async function giveUp(agent: string, reason: string): Promise<void> {
  const who = operator();
  if (who !== null) await perform(who, change("put", "/api/ops/agents/{id}/redrive", agent, { on: false, reason }), redriveStopped);
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, seconds * 1000));
}
