import { type Decoded, flag, listOf, nullable, number, oneOf, optional, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const state = oneOf("ok", "warning", "alert");
const watchdog = schema("WatchdogReading", {
  name: text,
  unit: text,
  value: nullable(number),
  warning_threshold: nullable(number), // null: for information alone
  alert_threshold: nullable(number),
  state,
  subject: optional(text), // whose figure it is, where there are several of the name
  seconds_in_state: optional(number),
  reason: optional(text), // of the last change
});
const queue = schema("QueueDepth", {
  watchdog,
  agent: text,
  topic: text,
  oldest_seconds: nullable(number),
  dead_letters_watchdog: watchdog,
  rate_in: optional(nullable(number)), // events a second, as the next
  rate_out: optional(nullable(number)),
  seconds_to_drain: optional(nullable(number)),
  held: optional(flag),
  approximate: optional(flag),
});
const decode = schema("WatchdogsDocument", {
  state,
  watchdogs: optional(listOf(watchdog)),
  ai_latency: schema("AiLatency", { watchdog }),
  queue_depth: listOf(queue),
  error: text,
});

export type Watchdog = Decoded<typeof watchdog>;
export type Queue = Decoded<typeof queue>;
export type Watchdogs = Decoded<typeof decode>;

export const watchdogs: Endpoint<Watchdogs> = { path: "/api/observability/watchdogs", decode };

/** Every watchdog; of a service that lists none, those that it has beside its figures. */
export function all({ watchdogs: listed, ai_latency, queue_depth }: Watchdogs): readonly Watchdog[] {
  if (listed !== null) return listed;
  const ofQueues = queue_depth.flatMap((queue) => {
    const subject = `${queue.agent}:${queue.topic}`;
    return [queue.watchdog, queue.dead_letters_watchdog].map((each) => ({ ...each, subject }));
  });
  return [ai_latency.watchdog, ...ofQueues];
}

const NAMES: Readonly<Record<string, string>> = {
  event_loop_delay_p99: "event loop delay, p99",
  memory: "memory",
  request_saturation: "requests in flight",
  thread_saturation: "threads at work",
  ai_latency_p99: "AI latency, p99",
  queue_depth: "waiting",
  queue_age: "age of the oldest",
  dead_letters: "dead letters",
  dead_letter_rate: "dead letters a minute",
  uptime: "uptime",
};

/** A watchdog as people call it; one that the page does not know by the name that the service gives it. */
export function named({ name, subject }: Watchdog): string {
  const words = NAMES[name] ?? name.replaceAll("_", " ");
  return subject ? `${subject.replace(":", ": ")} ${words}` : words;
}
