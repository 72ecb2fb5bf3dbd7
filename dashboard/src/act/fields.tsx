import { Fragment, h, type VNode } from "../vendor/preact.js";
import { type Action, asPattern, type Terms } from "./action.js";

/** How long something may hold, in seconds; 0: until it is taken back. */
const TTLS: readonly (readonly [number, string])[] = [
  [600, "10 minutes"],
  [3600, "1 hour"],
  [28_800, "8 hours"],
  [0, "until it is taken back"],
];

/** Who acts; asked once a tab. */
export function TokenFields(): VNode {
  return (
    <fieldset>
      <legend>Who acts</legend>
      <label>
        Operator's token
        <input name="token" type="password" autocomplete="off" required />
      </label>
      <label>
        Your name, for the audit
        <input name="operator" required maxLength={64} autocomplete="username" spellcheck={false} />
      </label>
      <small>This tab alone keeps both, until it is closed.</small>
    </fieldset>
  );
}

/** A name to be typed, so that nobody does by habit what cannot be borne or taken back. */
export function TypedName({ name, why }: { readonly name: string; readonly why: string }): VNode {
  return (
    <label>
      {`${why}Type ${name} to go on.`}
      <input name="typed" required pattern={asPattern(name)} autocomplete="off" autocapitalize="off" spellcheck={false} />
    </label>
  );
}

/** Who acts, as it was typed. */
export function whoActs(form: FormData): readonly [token: string, name: string] {
  return [String(form.get("token")).trim(), String(form.get("operator")).trim()];
}

interface Contents {
  readonly action: Action;
  readonly before: Terms | null; // what was said already
}

/** What an operator says of an action. */
export function Fields({ action, before }: Contents): VNode {
  const { percentage, ends } = action;
  return (
    <Fragment>
      <label>
        Reason
        <input
          name="reason"
          required
          maxLength={500}
          pattern=".*\S.*"
          title="Why; it stands in the audit."
          autocomplete="off"
          defaultValue={before?.reason ?? ""}
        />
      </label>
      {percentage !== undefined && (
        <label>
          Callers that have it, percent
          <input
            name="percentage"
            type="number"
            required
            step="any"
            min={0}
            max={100}
            defaultValue={String(before?.percentage ?? percentage)}
          />
        </label>
      )}
      {ends && (
        <label>
          Holds for
          <select name="ttl">
            {TTLS.map(([seconds, words]) => (
              <option value={seconds} selected={(before ? (before.ttl ?? 0) : 3600) === seconds}>
                {words}
              </option>
            ))}
          </select>
        </label>
      )}
    </Fragment>
  );
}

/** What was said in the form. */
export function termsIn(form: FormData): Terms {
  const percentage = form.get("percentage");
  return {
    reason: String(form.get("reason")).trim(),
    ttl: Number(form.get("ttl")) || null,
    percentage: percentage === null ? null : Number(percentage),
  };
}
