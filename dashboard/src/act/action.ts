/** A number that an operator says of an action. */
export interface NumberField {
  readonly kind: "number";
  readonly member: string; // of the request's body
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly value: number; // which stands there at first
}

/** Something besides the reason that an operator says of an action; a `ttl` is how long it holds. */
export type Field = { readonly kind: "ttl" } | NumberField;

/** What an operator may do to one object. `ops` does the same by `command`. */
export interface Action {
  readonly verb: string; // on the button
  readonly title: string; // the verb and what it is done to
  readonly name: string; // of the object
  readonly effect: string; // what becomes of callers and messages, in a sentence
  readonly command: string; // the words after `ops`
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>; // what the request has besides the reason and the fields
  readonly answers: "entry" | "rollout"; // what becomes of it is an entry, which has a revision, or a rollout
  readonly fields: readonly Field[];
  readonly subject: string; // under which the audit has it
  readonly grave: boolean; // callers suffer from it: its name must be typed
  readonly undo: (() => Action) | null; // what takes it back
}

/** The part of a path that names an object. */
export function inPath(name: string): string {
  return encodeURIComponent(name);
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A pattern of a form that a name alone fits. */
export function asPattern(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
