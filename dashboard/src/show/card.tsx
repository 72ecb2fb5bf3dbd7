import type { Instant } from "../live/clock.js";
import { type Chosen, type Fleet, type OfInstance, present, silent } from "../live/fleet.js";
import { type Answer, freshness, type Reading } from "../live/reading.js";
import { type ComponentChildren, Fragment, h, type VNode } from "../vendor/preact.js";
import { Age } from "./age.js";
import { Caveats } from "./caveats.js";
import { count } from "./figures.js";

interface Frame<T> {
  readonly id: string;
  readonly title: string;
  readonly reading: Reading<T>;
  readonly at: Instant;
  readonly about: (answer: Answer<T>) => string; // whose the data is
  readonly show: (value: T) => ComponentChildren;
}

/** One endpoint's data, its age, and what went wrong with the last poll. It fails alone. */
export function Card<T>({ id, title, reading, at, about, show }: Frame<T>): VNode {
  const heading = `${id}-title`;
  return (
    <section class={`card ${freshness(reading, at)}`} id={id} aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        <p class="about">{reading.last && about(reading.last)}</p>
        <Age reading={reading} at={at} />
      </header>
      {reading.failure && <p class="failure">{reading.failure}</p>}
      {reading.last && <div class="content">{show(reading.last.value)}</div>}
    </section>
  );
}

interface FleetFrame<T extends OfInstance> extends Omit<Frame<Fleet<T>>, "about" | "show"> {
  readonly chosen: Chosen;
  readonly show: (instances: readonly T[]) => ComponentChildren; // of those that are present
}

/** A card of what every instance tells of itself, and of why that is not the whole. */
export function FleetCard<T extends OfInstance>({ chosen, show, ...frame }: FleetFrame<T>): VNode {
  const contents = (fleet: Fleet<T>): VNode => (
    <Fragment>
      <Caveats fleet={fleet} chosen={chosen} />
      {show(present(fleet, chosen))}
    </Fragment>
  );
  return <Card {...frame} about={({ value }) => ofWhom(value, chosen)} show={contents} />;
}

function ofWhom(fleet: Fleet<OfInstance>, chosen: Chosen): string {
  const there = present(fleet, chosen);
  if (chosen) return there.length === 0 ? `${chosen} tells nothing` : `of ${chosen}`;
  const awaited = fleet.others.length - silent(fleet, chosen).length;
  const more = awaited > 0 ? `, ${count(awaited)} more will tell in some seconds` : "";
  return (there.length === 1 ? "of one instance" : `of ${count(there.length)} instances`) + more;
}

/** Whose view the data is, where each instance has its own. */
export function seenBy(answer: Answer<unknown>): string {
  return `as ${answer.instance || "one instance"} sees it`;
}
