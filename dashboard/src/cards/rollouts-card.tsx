import type { Rollout, Rollouts } from "../api/rollouts.js";
import { Card, seenBy } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { span } from "../show/figures.js";
import type { Reading } from "../live/reading.js";
import { Sign } from "../show/sign.js";
import { h, type VNode } from "../vendor/preact.js";
import { RolloutPanel } from "./rollout-panel.js";

interface Contents {
  readonly reading: Reading<Rollouts>;
  readonly now: number; // Unix seconds, by the service's clock
  readonly at: Instant;
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
          {rollout.problem && <Problem rollout={rollout} />}
          <RolloutPanel rollout={rollout} now={now} />
        </div>
      ))}
    </div>
  );
}

function Problem({ rollout }: { readonly rollout: Rollout }): VNode {
  const known = rollout.copy_age === null ? "it was never read" : `it was read ${span(rollout.copy_age)} ago`;
  return (
    <p class="failure">
      <Sign tone="unknown" word={`${rollout.name} may not be up to date, ${known}: ${rollout.problem}`} />
    </p>
  );
}
