import { DeadLettersButton } from "../act/actions.js";
import { type Queue, urgency, type Watchdog, watchdogName } from "../api/watchdogs.js";
import type { History } from "../live/history.js";
import { queueName, watchdogsOf } from "../live/queues.js";
import { Fact } from "../show/fact.js";
import { count, NONE, perSecond, span } from "../show/figures.js";
import { Meter } from "../show/meter.js";
import { Sign } from "../show/sign.js";
import { Sparkline, type Spot } from "../show/sparkline.js";
import { measured, thresholds, WATCHDOG_TONES } from "../show/watchdog-figures.js";
import { h, type VNode } from "../vendor/preact.js";

/** How long until nothing waits, if all goes on like this. */
export function emptyIn({ held, waiting, rate_in, rate_out, seconds_to_drain }: Queue): string {
  if (waiting === 0) return "is empty";
  if (held) return "held";
  if (seconds_to_drain !== null) return span(seconds_to_drain);
  return rate_in !== null && rate_out !== null && rate_in >= rate_out ? "it grows" : NONE;
}

/** What waits for an agent on a topic: how much, how long, how it moves, and what was given up. */
export function QueueTile({ queue, history }: { readonly queue: Queue; readonly history: History }): VNode {
  const dogs = watchdogsOf(queue);
  const worst = dogs.reduce((one, other) => (urgency(other.state) < urgency(one.state) ? other : one));
  const troubled = dogs.filter(({ state, reason }) => state !== "ok" && reason);
  return (
    <article class={`queue ${worst.state}`} data-object={queueName(queue)}>
      <header>
        <h3>
          {queue.agent}
          <small>{queue.topic}</small>
        </h3>
        <p data-state={worst.state}>
          <Sign tone={WATCHDOG_TONES[worst.state]} word={worst.state} />
        </p>
        {queue.held && (
          <p class="held">
            <Sign tone="off" word="held: its agent is quarantined" />
          </p>
        )}
      </header>
      <div class="depths">
        <Measure name="waiting" watchdog={queue.watchdog} value={`${queue.approximate ? "about " : ""}${count(queue.waiting)}`} />
        <Measure name="oldest" watchdog={queue.oldest_watchdog} value={measured(queue.oldest_seconds, "seconds")} />
        <Measure name="dead letters" watchdog={queue.dead_letters_watchdog} value={count(queue.dead_letters)} />
      </div>
      <Sparkline label="Waiting in the last half hour" points={waiting(history, queueName(queue))} />
      <dl class="moves">
        <Fact name="In">{`${perSecond(queue.rate_in)} /s`}</Fact>
        <Fact name="Out">{`${perSecond(queue.rate_out)} /s`}</Fact>
        <Fact name="Empty in">{emptyIn(queue)}</Fact>
        <Fact name="Given up">{`${measured(queue.dead_letter_rate_watchdog.value, "events")} /min`}</Fact>
      </dl>
      {troubled.map((watchdog) => (
        <p class="reason" key={watchdog.name}>
          <span class="name">{`${watchdogName({ name: watchdog.name, subject: "" })}: `}</span>
          {watchdog.reason}
        </p>
      ))}
      {queue.dead_letters > 0 && (
        <p class="actions">
          <DeadLettersButton agent={queue.agent} />
        </p>
      )}
    </article>
  );
}

function waiting(history: History, name: string): readonly Spot[] {
  return history.flatMap((point) => {
    const value = point.waiting?.get(name);
    return value === undefined ? [] : [{ at: point.at, value }];
  });
}

interface Measured {
  readonly name: string;
  readonly watchdog: Watchdog;
  readonly value: string;
}

function Measure({ name, watchdog, value }: Measured): VNode {
  const limit = watchdog.alert_threshold;
  const limits = thresholds(watchdog);
  return (
    <div class={`measure ${watchdog.state}`}>
      <p class="name">{name}</p>
      <p class="figure">{value}</p>
      {limit !== null && limit > 0 && (
        <Meter label={name} words={[value, ...limits].join(", ")} value={watchdog.value ?? 0} limit={limit} />
      )}
      {limits.map((words) => (
        <small key={words}>{words}</small>
      ))}
    </div>
  );
}
