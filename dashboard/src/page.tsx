import { kept } from "./access/access.js";
import type { Board } from "./live/board.js";
import { BreakersCard } from "./cards/breakers-card.js";
import { GatesCard } from "./cards/gates-card.js";
import { GoldenSignalsCard } from "./cards/golden-signals-card.js";
import { ModesCard } from "./cards/modes-card.js";
import { RolloutsCard } from "./cards/rollouts-card.js";
import { WatchdogsCard } from "./cards/watchdogs-card.js";
import type { Instant } from "./live/clock.js";
import { serviceTime } from "./live/service-clock.js";
import { Masthead } from "./masthead.js";
import { TokenForm } from "./access/token-form.js";
import { Fragment, h, type VNode } from "./vendor/preact.js";
import { Verdict } from "./verdict.js";

interface Contents {
  readonly board: Board;
  readonly mistake: string; // in the token that was typed
  readonly due: Instant | null;
  readonly at: Instant;
  readonly pollNow: () => void;
  readonly enter: (token: string) => void;
}

/** The whole page: a function of what is known, and of the time. */
export function Page({ board, mistake, due, at, pollNow, enter }: Contents): VNode {
  const { readings, samples, access } = board;
  const now = serviceTime(readings, at);
  return (
    <Fragment>
      <Masthead
        readings={readings}
        due={due}
        at={at}
        signedIn={kept() !== ""}
        pollNow={pollNow}
        leave={() => board.leave()}
      />
      <main>
        {access === "granted" ? (
          <Fragment>
            <Verdict readings={readings} samples={samples} at={at} />
            <GoldenSignalsCard reading={readings.goldenSignals} samples={samples} at={at} />
            <BreakersCard reading={readings.breakers} at={at} />
            <GatesCard reading={readings.gates} at={at} />
            <RolloutsCard reading={readings.rollouts} now={now} at={at} />
            <ModesCard modes={readings.modes} flags={readings.flags} now={now} at={at} />
            <WatchdogsCard reading={readings.watchdogs} at={at} />
          </Fragment>
        ) : (
          <TokenForm access={access} mistake={mistake} enter={enter} />
        )}
      </main>
    </Fragment>
  );
}
