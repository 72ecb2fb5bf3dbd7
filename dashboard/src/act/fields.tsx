import { Fragment, h, type VNode } from "../vendor/preact.js";
import { type Action, asPattern, type Field } from "./action.js";

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
  readonly before: Readonly<Record<string, unknown>>; // what was said already
}

export function Fields({ action, before }: Contents): VNode {
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
          defaultValue={typeof before["reason"] === "string" ? before["reason"] : ""}
        />
      </label>
      {action.fields.map((field) => (
        <One key={field.kind === "ttl" ? "ttl" : field.member} field={field} before={before} />
      ))}
    </Fragment>
  );
}

function One({ field, before }: { readonly field: Field; readonly before: Contents["before"] }): VNode {
  if (field.kind === "ttl") {
    return (
      <label>
        Holds for
        <select name="ttl">
          {TTLS.map(([seconds, words]) => (
            <option value={seconds} selected={(before["ttl"] ?? 3600) === seconds}>
              {words}
            </option>
          ))}
        </select>
      </label>
    );
  }
  return (
    <label>
      {field.label}
      <input
        name={field.member}
        type="number"
        required
        step="any"
        min={field.least}
        max={field.most}
        defaultValue={String(before[field.member] ?? field.value)}
      />
    </label>
  );
}

/** What was said in the form, as the request has it. */
export function said(action: Action, form: FormData): Readonly<Record<string, unknown>> {
  const fields = action.fields.map((field): readonly [string, unknown] => {
    if (field.kind === "ttl") return ["ttl", Number(form.get("ttl")) || null];
    return [field.member, Number(form.get(field.member))];
  });
  return { reason: String(form.get("reason")).trim(), ...Object.fromEntries(fields) };
}
