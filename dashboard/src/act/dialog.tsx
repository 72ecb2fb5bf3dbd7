import { Fact } from "../show/fact.js";
import { timeOfDay } from "../show/figures.js";
import { Sign } from "../show/sign.js";
import { submitted } from "../show/submitted.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { type Action, quoted, type Terms } from "./action.js";
import type { Acting, Dialogue } from "./acting.js";
import { Fields, termsIn, TokenFields, TypedName, whoActs } from "./fields.js";
import { Modal } from "./modal.js";
import type { AuditLine } from "./perform.js";

interface Contents {
  readonly acting: Acting;
  readonly dialogue: Dialogue;
}

/** The dialog of an action: what is said of it, what it would do, what it did. */
export function ActionDialog({ acting, dialogue }: Contents): VNode {
  const { action } = dialogue;
  return (
    <Modal key={action.title} title={action.title} close={() => acting.close()}>
      <p class="effect">{action.effect}</p>
      <div aria-live="polite">
        <Steps acting={acting} dialogue={dialogue} />
      </div>
    </Modal>
  );
}

function Steps({ acting, dialogue }: Contents): VNode {
  const { progress } = dialogue;
  switch (progress.name) {
    case "asking":
    case "waiting":
      return <Asking acting={acting} dialogue={dialogue} />;
    case "tried":
      return <Tried acting={acting} dialogue={dialogue} />;
    case "done":
      return <Done acting={acting} dialogue={dialogue} />;
    case "unknown":
      return <Unknown acting={acting} dialogue={dialogue} />;
  }
}

function Asking({ acting, dialogue }: Contents): VNode {
  const { action, mistake, wantsToken, progress } = dialogue;
  const waits = progress.name === "waiting";
  const submit = submitted((form) => {
    if (wantsToken && !acting.identify(...whoActs(form))) return;
    void acting.dryRun(termsIn(form));
  });
  return (
    <form onSubmit={submit}>
      {wantsToken && <TokenFields />}
      <Fields action={action} before={dialogue.terms} />
      <p class="failure" role="alert" id="action-mistake">
        {mistake}
      </p>
      <p class="choices">
        <button type="submit" class="main" disabled={waits} aria-describedby="action-mistake">
          {waits ? "Asking the service…" : "Dry run"}
        </button>
        <button type="button" onClick={() => acting.close()}>Cancel</button>
      </p>
    </form>
  );
}

function Tried({ acting, dialogue }: Contents): VNode | null {
  const { action, terms, progress } = dialogue;
  if (progress.name !== "tried" || terms === null) return null;
  const { changed, before, after } = progress.outcome;
  return (
    <form onSubmit={submitted(() => void acting.confirm())}>
      <p>
        <Sign tone="notice" word={changed ? "Nothing was changed yet. It would become:" : "It is so already: nothing would change."} />
      </p>
      <dl class="change">
        {before && <Fact name="Now">{before}</Fact>}
        <Fact name="Then">{after}</Fact>
      </dl>
      <p class="same">
        The same from a shell: <code>{command(action, terms)}</code>
      </p>
      {action.grave && <TypedName name={action.name} why="Callers will notice. " />}
      <p class="choices">
        <button type="submit" class={action.grave ? "main grave" : "main"}>{`Confirm: ${action.title}`}</button>
        <button type="button" onClick={() => acting.back()}>Back</button>
      </p>
    </form>
  );
}

function Done({ acting, dialogue }: Contents): VNode | null {
  const { action, progress } = dialogue;
  if (progress.name !== "done") return null;
  const { undo } = action;
  return (
    <Fragment>
      <p>
        <Sign tone="good" word={progress.outcome.changed ? `Done: ${progress.outcome.after}.` : "It was so already: nothing was changed."} />
      </p>
      {progress.line && <Audit lines={[progress.line]} />}
      <p class="choices">
        <button type="button" class="main" onClick={() => acting.close()}>Close</button>
        {undo && progress.outcome.changed && (
          <button type="button" onClick={() => acting.open(undo())}>{`Undo: ${undo().title}`}</button>
        )}
      </p>
    </Fragment>
  );
}

function Unknown({ acting, dialogue }: Contents): VNode | null {
  const { progress } = dialogue;
  if (progress.name !== "unknown") return null;
  return (
    <Fragment>
      <p role="alert">
        <Sign tone="unknown" word={`${progress.words} Whether it was done is not known.`} />
      </p>
      {progress.lines && progress.lines.length > 0 && <Audit lines={progress.lines} />}
      {progress.lines?.length === 0 && <p>The audit has nothing of it, or cannot be read now.</p>}
      <p class="choices">
        <button type="button" class="main" onClick={() => void acting.lookUp()}>Look at the audit</button>
        <button type="button" onClick={() => acting.back()}>Try again</button>
      </p>
    </Fragment>
  );
}

function Audit({ lines }: { readonly lines: readonly AuditLine[] }): VNode {
  return (
    <ul class="audit" aria-label="What the audit has of it">
      {lines.map(({ at, by, action, subject, reason, version }) => (
        <li key={version}>{`${timeOfDay(at)} ${by}: ${action} (${subject}), ${reason} · version ${version}`}</li>
      ))}
    </ul>
  );
}

function command({ command: words }: Action, { reason, ttl, percentage }: Terms): string {
  const ends = ttl === null ? "" : ` --ttl ${ttl}s`;
  return `ops ${words.replace("…", String(percentage ?? ""))} --reason ${quoted(reason)}${ends}`;
}
