import type { Rollouts } from "../api/rollouts.js";
import type { Look } from "../live/fleet.js";
import type { Reading } from "../live/reading.js";
import { Card, seenBy } from "../show/card.js";
import { OldCopy } from "../show/old-copy.js";
import { h, type VNode } from "../vendor/preact.js";
import { RolloutPanel } from "./rollout-panel.js";

interface Contents extends Look {
  readonly reading: Reading<Rollouts>;
}

/** How far each canary has come, what it is judged by, and what comes next. */
export function RolloutsCard({ reading, now, at }: Contents): VNode {
  return (
    <Card id="rollouts" title="Rollouts" reading={reading} at={at} about={seenBy} show={(value) => contents(value, now)} />
  );
}

function contents({ rollouts }: Rollouts, now: number): VNode {
  if (rollouts.length === 0) return <p class="nothing">There are none: the service has no canary.</p>;
  return (
    <div class="rollouts">
      {rollouts.map((rollout) => (
        <div key={rollout.name}>
          <OldCopy of={rollout.name} copyAge={rollout.copy_age} problem={rollout.problem} />
          <RolloutPanel rollout={rollout} now={now} />
        </div>
      ))}
    </div>
  );
}
