import type { Happening } from "../live/journal.js";
import { ago, fewOf, timeOfDay } from "../show/figures.js";
import { author, sentenceOf } from "../show/journal-words.js";
import { Sign } from "../show/sign.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly happening: Happening;
  readonly now: number; // Unix seconds, by the service's clock
}

/** An event: when, what, to what, why, by whom, and in whose journals it stands. */
export function JournalLine({ happening: { line, instances, gaps }, now }: Contents): VNode {
  const { event } = line;
  const { kind, words } = sentenceOf(event);
  const by = author(event);
  return (
    <Fragment>
      <li class={kind} data-event={event.type}>
        <time dateTime={instantText(event.at)}>{timeOfDay(event.at)}</time>
        <div class="told">
          <p>
            <Sign tone={kind} word={words} />
            {event.reason && <span class="why">{event.reason}</span>}
          </p>
          <p class="whose">{[by && `by ${by}`, fewOf(instances), ago(event.at, now)].filter(Boolean).join(" · ")}</p>
        </div>
      </li>
      {gaps.map((gap) => (
        <li class="gap" key={gap}>{gap}</li>
      ))}
    </Fragment>
  );
}

/** As machines read it; nothing, where it is no instant that a calendar has. */
function instantText(unixSeconds: number): string {
  const instant = new Date(unixSeconds * 1000);
  return Number.isNaN(instant.getTime()) ? "" : instant.toISOString();
}
