import type { InstanceBreakers } from "./api/breakers.js";
import { API_VERSION } from "./api/version.js";
import { Freshness } from "./freshness.js";
import type { Instant } from "./live/clock.js";
import type { Chosen } from "./live/fleet.js";
import type { Readings } from "./live/readings.js";
import type { Theme } from "./theme.js";
import { Fragment, h, type VNode } from "./vendor/preact.js";

/** What the masthead can do. */
export interface Controls {
  readonly pollNow: () => void;
  readonly choose: (chosen: Chosen) => void;
  readonly turnTheme: () => void;
  readonly leave: () => void;
  readonly resign: () => void;
}

interface Contents {
  readonly readings: Readings;
  readonly chosen: Chosen;
  readonly due: Instant | null; // of the next poll
  readonly at: Instant;
  readonly theme: Theme;
  readonly signedIn: boolean;
  readonly acts: string; // the name under which one acts; "" for nobody
  readonly controls: Controls;
}

/** Which service this is, whose figures are shown, and how old they are. */
export function Masthead({ readings, chosen, due, at, theme, signedIn, acts, controls }: Contents): VNode {
  const identity = readings.identity.last?.value;
  return (
    <Fragment>
      <header class="masthead">
        <h1>Ballast</h1>
        {identity && <span class="environment">{identity.environment}</span>}
        {identity && <span class="version">{`version ${identity.version}`}</span>}
        <Picker instances={readings.breakers.last?.value.instances ?? []} chosen={chosen} choose={controls.choose} />
        <Freshness readings={readings} due={due} at={at} />
        <span class="controls">
          <button type="button" class="quiet" onClick={controls.pollNow}>Refresh</button>
          <button type="button" class="quiet" aria-label={`Theme: ${theme}. Change it`} onClick={controls.turnTheme}>
            {`Theme: ${theme}`}
          </button>
          {signedIn && <button type="button" class="quiet" onClick={controls.leave}>Forget the token</button>}
          {acts && (
            <button type="button" class="quiet" onClick={controls.resign}>{`Stop acting as ${acts}`}</button>
          )}
        </span>
      </header>
      {identity && identity.version !== API_VERSION && (
        <p class="other-version" role="alert">
          {`This page was made for version ${API_VERSION}, the service is version ${identity.version}: reload the page. `}
          A card that does not understand an answer says so.
        </p>
      )}
    </Fragment>
  );
}

interface Picked {
  readonly instances: readonly InstanceBreakers[];
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
}

function Picker({ instances, chosen, choose }: Picked): VNode {
  const names = instances.map((each) => each.instance);
  const gone = chosen !== "" && !names.includes(chosen);
  return (
    <label class="picker">
      <span class="unseen">Whose figures</span>
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{names.length > 1 ? `The fleet (${names.length})` : "The fleet"}</option>
        {names.map((name) => (
          <option key={name} value={name}>{name}</option>
        ))}
        {gone && <option value={chosen}>{`${chosen} (tells nothing)`}</option>}
      </select>
    </label>
  );
}
