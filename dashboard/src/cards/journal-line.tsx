import type { JournalEvent } from "../api/events.js";
import { ago, timeOfDay } from "../show/figures.js";
import { sentence } from "../show/journal-words.js";
import { Sign } from "../show/sign.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly line: JournalEvent;
  readonly before: string; // what is missing between it and the one before
  readonly now: number; // Unix seconds by the service's clock
}

/** An event: when, what, to what, why, and in whose journal it stands. */
export function JournalLine({ line: { instance, event }, before, now }: Contents): VNode {
  const [kind, first, last] = sentence(event.type);
  const words = [first, event.subject, last].filter(Boolean).join(" ");
  return (
    <Fragment>
      <li class={kind} data-event={event.type}>
        <p class="when">
          <time dateTime={instantText(event.at)}>{timeOfDay(event.at)}</time>
          <small>{ago(event.at, now)}</small>
        </p>
        <p class="what">
          <Sign tone={kind} word={words} />
          {event.reason && <small>{event.reason}</small>}
        </p>
        <p class="whose">{instance}</p>
      </li>
      {before && <li class="gap">{before}</li>}
    </Fragment>
  );
}

/** As machines read it; nothing, where it is no instant that a calendar has. */
function instantText(unixSeconds: number): string {
  const instant = new Date(unixSeconds * 1000);
  return Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
}
