import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { fleet, heard } from "./fleet.js";

const gate = schema("GateDocument", {
  name: text,
  critical: flag,
  ready: flag,
  consecutive_passes: number,
  required: number,
  last_error: text,
  last_seconds: nullable(number),
  seconds_in_state: nullable(number), // null: it never was ready
  recent: listOf(schema("CheckDocument", { at: number, error: text, seconds: number })), // oldest first
});
const told = schema("HeardGates", {
  ...heard,
  status: oneOf("ready", "not_ready"),
  stale: flag,
  next_round_in: number, // seconds
  health_gates: listOf(gate),
});
const decode = schema("FleetGates", { ...fleet, instances: listOf(told) });

export type Gate = Decoded<typeof gate>;
export type InstanceGates = Decoded<typeof told>;
export type Gates = Decoded<typeof decode>;

export const gates: Endpoint<Gates> = { path: "/api/observability/health-gates?scope=fleet", decode };
