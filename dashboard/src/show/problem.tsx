import { type Chosen, type Fleet, type OfInstance, silent } from "../live/fleet.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { span } from "./figures.js";
import { Sign } from "./sign.js";

/** Silent instances that are named; more are counted. */
const NAMED = 3;

interface Contents {
  readonly fleet: Fleet<OfInstance>;
  readonly chosen: Chosen;
}

/** Why what follows is not the whole: what the service says of it, and who is silent. */
export function Problem({ fleet, chosen }: Contents): VNode {
  const quiet = silent(fleet, chosen);
  const named = quiet.slice(0, NAMED).map(({ instance, heard_at }) => `${instance} for ${span(fleet.now - heard_at)}`);
  const more = quiet.length > NAMED ? ` and ${quiet.length - NAMED} more` : "";
  return (
    <Fragment>
      {fleet.problem && (
        <p class="remark">
          <Sign tone="unknown" word={fleet.problem} />
        </p>
      )}
      {quiet.length > 0 && (
        <p class="remark">
          <Sign tone="unknown" word={`Silent, asleep or gone: ${named.join(", ")}${more}.`} />
        </p>
      )}
    </Fragment>
  );
}
