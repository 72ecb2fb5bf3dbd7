import type { Request } from "../api/request.js";

/** What an operator says of an action, as the form has it. */
export interface Terms {
  readonly reason: string;
  readonly ttl: number | null; // seconds for which it holds; null: until it is taken back, or it is not asked
  readonly percentage: number | null; // null: it is not asked
}

/** What every request for a change says. */
interface Wish extends Pick<Terms, "reason" | "ttl"> {
  readonly dry_run: boolean;
  readonly expected_revision: number | null; // so that nobody else's change is overwritten; null: whatever it is
}

/** What an operator may do to one object. `ops` does the same by `command`. */
export interface Action {
  readonly verb: string; // on the button
  readonly title: string; // the verb and what it is done to
  readonly name: string; // of the object
  readonly effect: string; // what becomes of callers and messages, in a sentence
  readonly command: string; // the words after `ops`
  readonly request: (wish: Wish, percentage: Terms["percentage"]) => Request;
  readonly answers: "entry" | "rollout"; // what becomes of it is an entry, which has a revision, or a rollout
  readonly ends?: boolean; // how long it holds is asked
  readonly percentage?: number | undefined; // is asked; this stands in its field at first
  readonly subject: string; // under which the audit has it
  readonly grave?: boolean; // callers suffer from it: its name must be typed
  readonly undo?: (() => Action) | undefined; // what takes it back
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A pattern of a form that a name alone fits. */
export function asPattern(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
