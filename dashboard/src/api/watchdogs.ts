import { type Decoded, listOf, nullable, number, oneOf, struct, text } from "../decode.js";
import type { Endpoint } from "./endpoint.js";

const state = oneOf("ok", "warning", "alert");
const watchdog = struct({
  name: text,
  unit: text,
  value: nullable(number),
  warning_threshold: number,
  alert_threshold: number,
  state,
});
const queue = struct({
  watchdog,
  agent: text,
  topic: text,
  oldest_seconds: nullable(number),
  dead_letters_watchdog: watchdog,
});
const decode = struct({
  state,
  ai_latency: struct({ watchdog }),
  queue_depth: listOf(queue),
  error: text,
});

export type Watchdog = Decoded<typeof watchdog>;
export type Watchdogs = Decoded<typeof decode>;

export const watchdogs: Endpoint<Watchdogs> = { path: "/api/observability/watchdogs", decode };
