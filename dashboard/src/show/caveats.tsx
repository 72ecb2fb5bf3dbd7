import { type Chosen, type Fleet, type OfInstance, silent } from "../live/fleet.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { fewOf, span } from "./figures.js";
import { Remark } from "./remark.js";

interface Contents {
  readonly fleet: Omit<Fleet<OfInstance>, "instances">;
  readonly chosen: Chosen;
}

/** Why what follows is not the whole: what the service says of it, and who is silent. */
export function Caveats({ fleet, chosen }: Contents): VNode {
  const quiet = silent(fleet, chosen);
  const named = quiet.map(({ instance, heard_at }) => `${instance} for ${span(fleet.now - heard_at)}`);
  return (
    <Fragment>
      {fleet.problem && <Remark tone="unknown" word={fleet.problem} />}
      {quiet.length > 0 && <Remark tone="unknown" word={`Silent, asleep or gone: ${fewOf(named)}.`} />}
    </Fragment>
  );
}
