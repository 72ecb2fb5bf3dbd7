import { type Decoded, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const breaker = schema("BreakerReport", {
  name: text,
  state: oneOf("closed", "open", "half_open", "isolated"),
  generation: number,
  seconds_in_state: number,
  reason: text,
  calls: number,
  failure_rate: number,
  slow_rate: number,
  consecutive_failures: number,
  probes_in_flight: number,
  retry_after: nullable(number),
});
const decode = schema("Breakers", { circuit_breakers: listOf(breaker) });

export type Breaker = Decoded<typeof breaker>;
export type Breakers = Decoded<typeof decode>;

export const breakers: Endpoint<Breakers> = { path: "/api/observability/circuit-breakers", decode };
