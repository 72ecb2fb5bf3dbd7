/** Something besides the reason that an operator says of an action. */
export type Field =
  | { readonly kind: "ttl" } // seconds until it ends by itself, or never
  | { readonly kind: "number"; readonly member: string; readonly label: string; readonly unit: string; readonly least: number; readonly most: number; readonly value: number; readonly whole: boolean };

/** What an operator may do to one object. `ops` does the same by `command`. */
export interface Action {
  readonly verb: string; // on the button
  readonly title: string; // the verb and what it is done to
  readonly effect: string; // what becomes of callers and messages, in a sentence
  readonly command: string; // the words after `ops`
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>; // what the request has besides the reason and the fields
  readonly fields: readonly Field[];
  readonly subject: string; // under which the audit has it
  readonly grave: boolean; // callers suffer from it: its name must be typed
}
