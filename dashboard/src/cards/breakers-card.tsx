import type { Breaker, Breakers, InstanceBreakers } from "../api/breakers.js";
import type { Look } from "../live/fleet.js";
import { grouped, type Its } from "../live/grouped.js";
import type { LastMinute } from "../live/last-minute.js";
import type { Reading } from "../live/reading.js";
import { FleetCard } from "../show/card.js";
import { h, type VNode } from "../vendor/preact.js";
import { BreakerTile } from "./breaker-tile.js";

const URGENCY: readonly Breaker["state"][] = ["open", "isolated", "half_open", "closed"];

interface Contents extends Look {
  readonly reading: Reading<Breakers>;
  readonly lastMinute: LastMinute;
  readonly fallbacks: number | null; // share of the embeddings of the last minute
}

export function BreakersCard({ reading, lastMinute, fallbacks, chosen, now, at }: Contents): VNode {
  const show = (instances: readonly InstanceBreakers[]): VNode => {
    const groups = grouped(instances, (each) => each.circuit_breakers);
    if (groups.size === 0) return <p class="nothing">There are none: the reliability layer is off.</p>;
    const tiles = [...groups].map(([name, group]) => ({ name, group: group.toSorted(byUrgency) }));
    const ordered = tiles.toSorted((one, other) => urgency(one.group[0]) - urgency(other.group[0]));
    return (
      <div class="breaker-tiles">
        {ordered.map(({ name, group }) => (
          <BreakerTile key={name} name={name} group={group} lastMinute={lastMinute} fallbacks={fallbacks} chosen={chosen} now={now} />
        ))}
      </div>
    );
  };
  return <FleetCard id="breakers" title="Circuit breakers" reading={reading} chosen={chosen} at={at} show={show} />;
}

function byUrgency(one: Its<Breaker>, other: Its<Breaker>): number {
  return urgency(one) - urgency(other);
}

function urgency(its: Its<Breaker> | undefined): number {
  return its ? URGENCY.indexOf(its.value.state) : URGENCY.length;
}
