import { type Queue, urgency, type Watchdogs } from "../api/watchdogs.js";
import { type Chosen, type Look, present } from "../live/fleet.js";
import type { History } from "../live/history.js";
import { lastLook, queueName, watchdogsOf } from "../live/queues.js";
import type { Answer, Reading } from "../live/reading.js";
import { Card } from "../show/card.js";
import { count, perSecond } from "../show/figures.js";
import { Sign } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { emptyIn, QueueTile } from "./queue-tile.js";

/** Queues of which each has a tile; of more, those in trouble have, and the others a row. */
const FEW = 6;

/** Queues in trouble that have a tile. */
const TILES = 12;

const COLUMNS = [
  { name: "Queue" },
  { name: "Waiting", kind: "numeric" },
  { name: "In a second", kind: "numeric" },
  { name: "Out a second", kind: "numeric" },
  { name: "Empty in", kind: "numeric" },
  { name: "Dead letters", kind: "numeric" },
] as const;

interface Contents extends Look {
  readonly reading: Reading<Watchdogs>;
  readonly history: History;
}

/** What waits for each agent on each topic, and what was given up. */
export function QueuesCard({ reading, history, chosen, at }: Contents): VNode {
  const about = ({ value }: Answer<Watchdogs>): string => {
    const last = lastLook(present(value, chosen));
    return last === null ? "" : `shared by all, as ${last.instance} sees it`;
  };
  const show = (watchdogs: Watchdogs): VNode => contents(watchdogs, history, chosen);
  return <Card id="queues" title="Queues and dead letters" reading={reading} at={at} about={about} show={show} />;
}

function contents(watchdogs: Watchdogs, history: History, chosen: Chosen): VNode {
  const last = lastLook(present(watchdogs, chosen));
  if (last === null) return <p class="nothing">Nobody tells of the queue.</p>;
  if (last.error) {
    return (
      <p class="failure">
        <Sign tone="bad" word={last.error} />
      </p>
    );
  }
  const queues = last.queue_depth.toSorted((one, other) => trouble(one) - trouble(other));
  if (queues.length === 0) return <p class="nothing">There are none: no agent listens to a topic.</p>;
  const tiles = queues.length <= FEW ? queues : queues.filter((queue) => trouble(queue) < CALM).slice(0, TILES);
  const rows = queues.slice(tiles.length);
  return (
    <Fragment>
      {tiles.length > 0 && (
        <div class="queue-tiles">
          {tiles.map((queue) => (
            <QueueTile key={queueName(queue)} queue={queue} history={history} />
          ))}
        </div>
      )}
      {rows.length > 0 && (
        <details>
          <summary>{others(rows)}</summary>
          <Table caption="Other queues" columns={COLUMNS} rows={rows.map(row)} />
        </details>
      )}
    </Fragment>
  );
}

const CALM = urgency("ok") + 1;

/** The worst first; among those that are well, the held ones. */
function trouble(queue: Queue): number {
  const worst = Math.min(...watchdogsOf(queue).map(({ state }) => urgency(state)));
  return worst === urgency("ok") && !queue.held ? CALM : worst;
}

function others(rows: readonly Queue[]): string {
  const calm = rows.filter((queue) => trouble(queue) === CALM).length;
  return calm === rows.length ? `${count(calm)} more are well` : `${count(rows.length)} more, of which ${count(calm)} are well`;
}

function row(queue: Queue): { key: string; cells: readonly string[] } {
  const cells = [
    queueName(queue),
    `${queue.approximate ? "about " : ""}${count(queue.waiting)}`,
    perSecond(queue.rate_in),
    perSecond(queue.rate_out),
    emptyIn(queue),
    count(queue.dead_letters),
  ];
  return { key: queueName(queue), cells };
}
