import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const gate = schema("GateDocument", {
  name: text,
  critical: flag,
  ready: flag,
  consecutive_passes: number,
  required: number,
  last_error: text,
  last_seconds: nullable(number),
});
const decode = schema("GatesDocument", { status: oneOf("ready", "not_ready"), rounds: number, stale: flag, health_gates: listOf(gate) });

export type Gate = Decoded<typeof gate>;
export type Gates = Decoded<typeof decode>;

export const gates: Endpoint<Gates> = { path: "/api/observability/health-gates", decode };
