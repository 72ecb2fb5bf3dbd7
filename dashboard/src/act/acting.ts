import { forgetOperator, keepOperator, operator } from "../access/operator.js";
import type { Action } from "./action.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type AuditLine, auditOf, perform } from "./perform.js";

/** How far an action has come. */
export type Step =
  | { readonly name: "asking" } // for the reason and what else is to be said
  | { readonly name: "waiting"; readonly on: "dry run" | "change" }
  | { readonly name: "tried"; readonly outcome: Outcome } // nothing has changed yet
  | { readonly name: "done"; readonly outcome: Outcome; readonly line: AuditLine | null }
  | { readonly name: "unknown"; readonly words: string; readonly lines: readonly AuditLine[] | null };

/** An action under way. */
export interface Dialogue {
  readonly action: Action;
  readonly said: Readonly<Record<string, unknown>>; // the reason and the fields, as the request has them
  readonly step: Step;
  readonly mistake: string; // "" while there is none
  readonly wantsToken: boolean;
}

/** Carries an action out, step by step: dry run, confirmation, result with its line of the audit. */
export class Acting {
  dialogue: Dialogue | null = null;
  readonly #changed: () => void;
  readonly #acted: () => void;

  /** `changed`: there is something else to show; `acted`: the service was changed. */
  constructor(changed: () => void, acted: () => void) {
    this.#changed = changed;
    this.#acted = acted;
  }

  open(action: Action): void {
    const wantsToken = operator() === null;
    this.#show({ action, said: {}, step: { name: "asking" }, mistake: "", wantsToken });
  }

  close(): void {
    this.dialogue = null;
    this.#changed();
  }

  back(): void {
    if (this.dialogue) this.#show({ ...this.dialogue, step: { name: "asking" }, mistake: "" });
  }

  forget(): void {
    forgetOperator();
    this.#changed();
  }

  /** Keep who acts; whether that could be. */
  identify(token: string, name: string): boolean {
    const mistake = keepOperator(token, name);
    if (this.dialogue) this.#show({ ...this.dialogue, mistake, wantsToken: mistake !== "" });
    return mistake === "";
  }

  /** Ask what would become of it. */
  async dryRun(said: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#carryOut("dry run", { ...said, dry_run: true }, said);
  }

  /** Do it, unless somebody else has changed it since the dry run. */
  async confirm(): Promise<void> {
    const { dialogue } = this;
    if (dialogue?.step.name !== "tried") return;
    await this.#carryOut("change", { ...dialogue.said, ...dialogue.step.outcome.expected }, dialogue.said);
  }

  /** Show what the audit has of it, when it is not known whether it was done. */
  async lookUp(): Promise<void> {
    const { dialogue } = this;
    const who = operator();
    if (dialogue?.step.name !== "unknown" || who === null) return;
    const lines = await auditOf(who, dialogue.action.subject);
    if (this.dialogue !== dialogue) return; // closed meanwhile
    this.#show({ ...dialogue, step: { ...dialogue.step, lines } });
  }

  async #carryOut(
    on: "dry run" | "change",
    body: Readonly<Record<string, unknown>>,
    said: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const who = operator();
    const before = this.dialogue;
    if (before === null || who === null) return;
    const { action } = before;
    const waiting: Dialogue = { action, said, step: { name: "waiting", on }, mistake: "", wantsToken: false };
    this.#show(waiting);
    const answer = await perform(who, action.method, action.path, { ...action.body, ...body }, outcomeOf(action));
    if (this.dialogue !== waiting) return; // closed meanwhile
    const asking: Dialogue = { ...waiting, step: { name: "asking" } };
    switch (answer.kind) {
      case "done":
        if (on === "dry run") this.#show({ ...waiting, step: { name: "tried", outcome: answer.value } });
        else await this.#told(waiting, answer.value);
        return;
      case "wrong-token":
        forgetOperator();
        this.#show({ ...asking, mistake: answer.words, wantsToken: true });
        return;
      case "refused":
        this.#show({ ...asking, mistake: answer.words });
        return;
      case "lost":
        if (on === "dry run") this.#show({ ...asking, mistake: `${answer.words} Nothing was changed.` });
        else this.#show({ ...waiting, step: { name: "unknown", words: answer.words, lines: null } });
    }
  }

  async #told(waiting: Dialogue, outcome: Outcome): Promise<void> {
    this.#acted();
    const who = operator();
    const lines = who === null || !outcome.changed ? [] : await auditOf(who, waiting.action.subject);
    const line = lines.find((each) => each.version === outcome.version) ?? null;
    if (this.dialogue === waiting) this.#show({ ...waiting, step: { name: "done", outcome, line } });
  }

  #show(dialogue: Dialogue): void {
    this.dialogue = dialogue;
    this.#changed();
  }
}
