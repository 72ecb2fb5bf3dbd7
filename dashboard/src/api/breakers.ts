import { type Decoded, listOf, mapOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { fleet, heard } from "./fleet.js";

const state = oneOf("closed", "open", "half_open", "isolated");
const breaker = schema("BreakerReport", {
  name: text,
  state,
  seconds_in_state: number,
  reason: text,
  calls: number,
  failure_rate: number,
  slow_rate: number,
  consecutive_failures: number,
  probes_in_flight: number,
  retry_after: nullable(number), // seconds
  isolated_by: nullable(text),
  isolated_reason: nullable(text),
  isolated_until: nullable(number), // Unix seconds
  failure_rate_threshold: nullable(number), // null: there is no such rule; as the next ones
  slow_call_rate_threshold: nullable(number),
  consecutive_failures_threshold: nullable(number),
  minimum_calls: number,
  max_probes: number,
  successes_to_close: number,
  answered: number, // calls since the start, as the next
  rejected: number,
  history: listOf(schema("StateBegan", { at: number, state })), // of ten minutes, oldest first
});
const told = schema("HeardBreakers", {
  ...heard,
  circuit_breakers: listOf(breaker),
  fallbacks: mapOf(number), // by reason, since the start
});
const decode = schema("FleetBreakers", { ...fleet, instances: listOf(told) });

export type Breaker = Decoded<typeof breaker>;
export type InstanceBreakers = Decoded<typeof told>;
export type Breakers = Decoded<typeof decode>;

export const breakers: Endpoint<Breakers> = { path: "/api/observability/circuit-breakers?scope=fleet", decode };
