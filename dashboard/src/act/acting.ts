import { forgetOperator, keepOperator, operator } from "../access/operator.js";
import type { Action, Terms } from "./action.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type AuditLine, auditOf, perform } from "./perform.js";

/** How far an action has come. */
type Progress =
  | { readonly name: "asking" } // for the reason and what else is to be said
  | { readonly name: "waiting"; readonly on: "dry run" | "change" }
  | { readonly name: "tried"; readonly outcome: Outcome } // nothing has changed yet
  | { readonly name: "done"; readonly outcome: Outcome; readonly line: AuditLine | null }
  | { readonly name: "unknown"; readonly words: string; readonly lines: readonly AuditLine[] | null };

/** An action under way. */
export interface Dialogue {
  readonly action: Action;
  readonly terms: Terms | null; // null: nothing was said yet
  readonly progress: Progress;
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
    this.#show({ action, terms: null, progress: { name: "asking" }, mistake: "", wantsToken });
  }

  close(): void {
    this.dialogue = null;
    this.#changed();
  }

  back(): void {
    if (this.dialogue) this.#show({ ...this.dialogue, progress: { name: "asking" }, mistake: "" });
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
  async dryRun(terms: Terms): Promise<void> {
    await this.#carryOut("dry run", terms, null);
  }

  /** Do it, unless somebody else has changed it since the dry run. */
  async confirm(): Promise<void> {
    const { dialogue } = this;
    if (dialogue?.progress.name !== "tried" || dialogue.terms === null) return;
    await this.#carryOut("change", dialogue.terms, dialogue.progress.outcome.revision);
  }

  /** Show what the audit has of it, when it is not known whether it was done. */
  async lookUp(): Promise<void> {
    const { dialogue } = this;
    const who = operator();
    if (dialogue?.progress.name !== "unknown" || who === null) return;
    const lines = await auditOf(who, dialogue.action.subject);
    if (this.dialogue !== dialogue) return; // closed meanwhile
    this.#show({ ...dialogue, progress: { ...dialogue.progress, lines } });
  }

  async #carryOut(on: "dry run" | "change", terms: Terms, expected_revision: number | null): Promise<void> {
    const who = operator();
    const before = this.dialogue;
    if (before === null || who === null) return;
    const { action } = before;
    const waiting: Dialogue = { action, terms, progress: { name: "waiting", on }, mistake: "", wantsToken: false };
    this.#show(waiting);
    const { reason, ttl, percentage } = terms;
    const request = action.request({ reason, ttl, dry_run: on === "dry run", expected_revision }, percentage);
    const answer = await perform(who, request, outcomeOf(action));
    if (this.dialogue !== waiting) return; // closed meanwhile
    const asking: Dialogue = { ...waiting, progress: { name: "asking" } };
    switch (answer.kind) {
      case "done":
        if (on === "dry run") this.#show({ ...waiting, progress: { name: "tried", outcome: answer.value } });
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
        else this.#show({ ...waiting, progress: { name: "unknown", words: answer.words, lines: null } });
    }
  }

  async #told(waiting: Dialogue, outcome: Outcome): Promise<void> {
    this.#acted();
    const who = operator();
    const lines = who === null || !outcome.changed ? [] : await auditOf(who, waiting.action.subject);
    const line = lines.find((each) => each.version === outcome.version) ?? null;
    if (this.dialogue === waiting) this.#show({ ...waiting, progress: { name: "done", outcome, line } });
  }

  #show(dialogue: Dialogue): void {
    this.dialogue = dialogue;
    this.#changed();
  }
}
