import type { Breaker, Breakers } from "../api/breakers.js";
import type { Instant } from "../live/clock.js";
import type { Lately } from "../live/lately.js";
import { type Chosen, present } from "../live/fleet.js";
import { grouped, type Its } from "../live/grouped.js";
import type { Reading } from "../live/reading.js";
import { Card, ofFleet } from "../show/card.js";
import { Problem } from "../show/problem.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { BreakerTile } from "./breaker-tile.js";

const URGENCY: readonly Breaker["state"][] = ["open", "isolated", "half_open", "closed"];

interface Contents {
  readonly reading: Reading<Breakers>;
  readonly lately: Lately<Breakers>;
  readonly fallbacks: number | null; // share of the embeddings of the last minute
  readonly chosen: Chosen;
  readonly now: number; // Unix seconds, by the service's clock
  readonly at: Instant;
}

export function BreakersCard({ reading, lately, fallbacks, chosen, now, at }: Contents): VNode {
  const show = (breakers: Breakers): VNode => (
    <Fragment>
      <Problem fleet={breakers} chosen={chosen} />
      <Tiles breakers={breakers} lately={lately} fallbacks={fallbacks} chosen={chosen} now={now} />
    </Fragment>
  );
  const about = ofFleet(chosen);
  return <Card id="breakers" title="Circuit breakers" reading={reading} at={at} about={about} show={show} />;
}

interface Shown extends Omit<Contents, "reading" | "at"> {
  readonly breakers: Breakers;
}

function Tiles({ breakers, lately, fallbacks, chosen, now }: Shown): VNode {
  const groups = grouped(present(breakers, chosen), (each) => each.circuit_breakers);
  if (groups.size === 0) return <p class="nothing">There are none: the reliability layer is off.</p>;
  const tiles = [...groups].map(([name, group]) => ({ name, group: group.toSorted(byUrgency) }));
  const ordered = tiles.toSorted((one, other) => urgency(one.group[0]) - urgency(other.group[0]));
  return (
    <div class="breaker-tiles">
      {ordered.map(({ name, group }) => (
        <BreakerTile key={name} name={name} group={group} lately={lately} fallbacks={fallbacks} chosen={chosen} now={now} />
      ))}
    </div>
  );
}

function byUrgency(one: Its<Breaker>, other: Its<Breaker>): number {
  return urgency(one) - urgency(other);
}

function urgency(its: Its<Breaker> | undefined): number {
  return its ? URGENCY.indexOf(its.value.state) : URGENCY.length;
}
