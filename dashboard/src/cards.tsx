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
import { fallbackShare } from "./live/last-minute.js";
import type { Known } from "./matters/matters.js";
import { h, type VNode } from "./vendor/preact.js";

/** Every card, in the order in which a person on duty looks. */
export function Cards({ board, known }: { readonly board: Board; readonly known: Known }): VNode {
  const { history, journal, lastMinute } = board;
  const { readings, samples, chosen, now, at } = known;
  const look = { chosen, now, at };
  const drawn = { history, marks: marksOf(journal, chosen) };
  const fallbacks = fallbackShare(lastMinute, samples, chosen);
  return (
    <div class="cards">
      <GoldenSignalsCard reading={readings.goldenSignals} samples={samples} {...drawn} {...look} />
      <BreakersCard reading={readings.breakers} lastMinute={lastMinute} fallbacks={fallbacks} {...look} />
      <GatesCard reading={readings.gates} {...look} />
      <RolloutsCard reading={readings.rollouts} {...look} />
      <ModesCard modes={readings.modes} flags={readings.flags} {...look} />
      <QueuesCard reading={readings.watchdogs} history={history} {...look} />
      <AiLatencyCard reading={readings.watchdogs} fallbacks={fallbacks} {...drawn} {...look} />
      <WatchdogsCard reading={readings.watchdogs} {...look} />
      <StartupCard reading={readings.startup} {...look} />
      <JournalCard reading={readings.events} journal={journal} {...look} />
    </div>
  );
}
