import { AiLatencyCard } from "./cards/ai-latency-card.js";
import { BreakersCard } from "./cards/breakers-card.js";
import { GatesCard } from "./cards/gates-card.js";
import { GoldenSignalsCard } from "./cards/golden-signals-card.js";
import { JournalCard } from "./cards/journal-card.js";
import { ModesCard } from "./cards/modes-card.js";
import { QueuesCard } from "./cards/queues-card.js";
import { RolloutsCard } from "./cards/rollouts-card.js";
import { StartupCard } from "./cards/startup-card.js";
import { WatchdogsCard } from "./cards/watchdogs-card.js";
import { marksOf } from "./chart/marks.js";
import type { Board } from "./live/board.js";
import { fallbackShare } from "./live/rejected.js";
import type { Known } from "./matters.js";
import { Fragment, h, type VNode } from "./vendor/preact.js";

/** Every card, in the order in which a person on duty looks. */
export function Cards({ board, known }: { readonly board: Board; readonly known: Known }): VNode {
  const { readings, samples, chosen, now, at } = known;
  const fallbacks = fallbackShare(board.breakers, samples, chosen);
  const marks = marksOf(board.journal, chosen);
  const { history } = board;
  return (
    <Fragment>
      <GoldenSignalsCard
        reading={readings.goldenSignals}
        samples={samples}
        history={history}
        marks={marks}
        chosen={chosen}
        at={at}
      />
      <BreakersCard reading={readings.breakers} lately={board.breakers} fallbacks={fallbacks} chosen={chosen} now={now} at={at} />
      <GatesCard reading={readings.gates} chosen={chosen} now={now} at={at} />
      <RolloutsCard reading={readings.rollouts} now={now} at={at} />
      <ModesCard modes={readings.modes} flags={readings.flags} now={now} at={at} />
      <QueuesCard reading={readings.watchdogs} history={history} chosen={chosen} at={at} />
      <AiLatencyCard
        reading={readings.watchdogs}
        history={history}
        marks={marks}
        fallbacks={fallbacks}
        chosen={chosen}
        now={now}
        at={at}
      />
      <WatchdogsCard reading={readings.watchdogs} chosen={chosen} now={now} at={at} />
      <StartupCard reading={readings.startup} at={at} />
      <JournalCard reading={readings.events} journal={board.journal} chosen={chosen} now={now} at={at} />
    </Fragment>
  );
}
