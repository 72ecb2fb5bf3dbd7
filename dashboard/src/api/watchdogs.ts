import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { fleet, heard } from "./fleet.js";

const state = oneOf("ok", "warning", "alert");
const watchdog = schema("WatchdogReading", {
  name: text,
  unit: text,
  value: nullable(number),
  warning_threshold: nullable(number), // null: for information alone
  alert_threshold: nullable(number),
  state,
  subject: text, // whose figure it is, where there are several of the name
  seconds_in_state: number,
  reason: text, // of the last change
});
const queue = schema("QueueDepth", {
  watchdog,
  agent: text,
  topic: text,
  oldest_seconds: nullable(number),
  oldest_watchdog: watchdog,
  waiting: number,
  rate_in: nullable(number), // events a second, as the next
  rate_out: nullable(number),
  seconds_to_drain: nullable(number),
  held: flag, // its agent is quarantined
  approximate: flag,
  dead_letters: number,
  dead_letter_rate: nullable(number),
  dead_letters_watchdog: watchdog,
  dead_letter_rate_watchdog: watchdog,
});
const told = schema("HeardWatchdogs", {
  ...heard,
  state,
  watchdogs: listOf(watchdog),
  ai_latency: schema("AiLatency", { watchdog, count: number, p50: nullable(number), p95: nullable(number), p99: nullable(number) }),
  queue_depth: listOf(queue),
  error: text,
});

const decode = schema("FleetWatchdogs", { ...fleet, instances: listOf(told) });

export type Watchdog = Decoded<typeof watchdog>;
export type Queue = Decoded<typeof queue>;
export type InstanceWatchdogs = Decoded<typeof told>;
export type Watchdogs = Decoded<typeof decode>;

export const watchdogs: Endpoint<Watchdogs> = { path: "/api/observability/watchdogs?scope=fleet", decode };

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
export function watchdogName({ name, subject }: Pick<Watchdog, "name" | "subject">): string {
  const words = NAMES[name] ?? name.replaceAll("_", " ");
  return subject ? `${subject.replace(":", ": ")} ${words}` : words;
}

const WORST_FIRST: readonly Watchdog["state"][] = ["alert", "warning", "ok"];

/** How urgent a state is: 0 is the worst. */
export function urgency(state: Watchdog["state"]): number {
  return WORST_FIRST.indexOf(state);
}
