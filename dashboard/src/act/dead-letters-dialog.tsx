import { count, timeOfDay } from "../show/figures.js";
import { Sign } from "../show/sign.js";
import { submitted } from "../show/submitted.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import type { DeadLetterDesk, Shelf, Trial } from "./dead-letters.js";
import { TokenFields, TypedName, whoActs } from "./fields.js";
import { Modal } from "./modal.js";

interface Contents {
  readonly desk: DeadLetterDesk;
  readonly shelf: Shelf;
}

/** An agent's dead letters, and what can be done with them. */
export function DeadLettersDialog({ desk, shelf }: Contents): VNode {
  return (
    <Modal title={`Dead letters of ${shelf.agent}`} close={() => desk.close()}>
      {shelf.wantsToken ? <Identify desk={desk} /> : <Letters desk={desk} shelf={shelf} />}
      <div aria-live="polite">
        {shelf.busy && <p>{shelf.busy}</p>}
        {shelf.words && (
          <p>
            <Sign tone="notice" word={shelf.words} />
          </p>
        )}
      </div>
      <p class="failure" role="alert">{shelf.mistake}</p>
    </Modal>
  );
}

function Identify({ desk }: { readonly desk: DeadLetterDesk }): VNode {
  return (
    <form onSubmit={submitted((form) => desk.identify(...whoActs(form)))}>
      <TokenFields />
      <p class="choices">
        <button type="submit" class="main">List them</button>
      </p>
    </form>
  );
}

function Letters({ desk, shelf }: Contents): VNode {
  const { letters, next, ticked, busy } = shelf;
  return (
    <Fragment>
      <ul class="letters" aria-label="Dead letters" tabIndex={0}>
        {letters.map(({ id, topic, document_id, published_at, attempts, reason }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={ticked.has(id)}
                onChange={(event) => desk.tick(id, event.currentTarget.checked)}
              />
              <span>
                {`${topic} · document ${document_id}`}
                <small>{`${reason} · ${count(attempts)} attempts · published ${timeOfDay(published_at)} · ${id}`}</small>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {letters.length === 0 && !busy && <p class="nothing">There are none.</p>}
      {next !== null && <button type="button" onClick={() => void desk.list(next)}>More</button>}
      {letters.length > 0 && !shelf.tried && <TermsForm desk={desk} shelf={shelf} />}
      {shelf.tried && <Confirm desk={desk} shelf={shelf} tried={shelf.tried} />}
    </Fragment>
  );
}

function TermsForm({ desk, shelf }: Contents): VNode {
  const { ticked, busy } = shelf;
  const which = ticked.size === 0 ? "all" : count(ticked.size);
  const submit = submitted((form, pressed) => {
    const terms = {
      reason: String(form.get("reason")).trim(),
      rate: Number(form.get("rate")),
      maximum: Number(form.get("maximum")),
    };
    void desk.dryRun(pressed === "discard" ? "discard" : "redrive", terms);
  });
  return (
    <form onSubmit={submit}>
      <label>
        Reason
        <input name="reason" required maxLength={500} pattern=".*\S.*" autocomplete="off" />
      </label>
      <div class="side-by-side">
        <label>
          Messages a second, at most
          <input name="rate" type="number" min="0.1" max="10000" step="any" defaultValue="50" required />
        </label>
        <label>
          Messages, at most
          <input name="maximum" type="number" min="1" max="1000000" defaultValue="1000" required />
        </label>
      </div>
      <p class="choices">
        <button type="submit" class="main" value="redrive" disabled={busy !== ""}>{`Deliver ${which} again…`}</button>
        {busy && <button type="button" onClick={() => desk.stop()}>Stop</button>}
        {ticked.size > 0 && (
          <button type="submit" value="discard" disabled={busy !== ""}>
            {`Discard ${count(ticked.size)} for good…`}
          </button>
        )}
      </p>
      <small>This page drives the redrive: it stops when you close this dialog or leave the page, and what was not moved stays.</small>
    </form>
  );
}

function Confirm({ desk, shelf, tried }: Contents & { readonly tried: Trial }): VNode {
  const gone = tried.what === "discard";
  const words = gone
    ? `Nothing was changed yet. ${count(tried.count)} would be gone for good: nobody can bring that back.`
    : `Nothing was changed yet. ${count(tried.count)} would be delivered again.`;
  return (
    <form onSubmit={submitted(() => void desk.confirm())}>
      <p>
        <Sign tone="notice" word={words} />
      </p>
      {gone && <TypedName name={shelf.agent} why="" />}
      <p class="choices">
        <button type="submit" class={gone ? "grave" : "main"}>{gone ? "Confirm: discard them" : "Confirm: deliver them again"}</button>
        <button type="button" onClick={() => desk.back()}>Back</button>
      </p>
    </form>
  );
}
