import { type Decoded, listOf, mapOf, nullable, number, optional, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const quantile = nullable(number); // seconds, over the last minute
const latency = schema("LatencyFigures", { count: number, p50: quantile, p95: quantile, p99: quantile });
const route = schema("RouteFigures", {
  requests: number,
  client_errors: number,
  server_errors: number,
  shed: optional(number), // of the server errors, those turned away on purpose (503)
  problems: optional(mapOf(number)), // errors by the kind of problem, since the start
  success: latency,
  failure: latency,
});
const heard = schema("Heard", { instance: text, boot_id: text, age: number });
const decode = schema("FleetSignalsDocument", {
  now: number,
  problem: text,
  instances: listOf(heard),
  routes: mapOf(route),
  in_flight: number,
  open_connections: number,
});

export type Route = Decoded<typeof route>;
export type GoldenSignals = Decoded<typeof decode>;

export const goldenSignals: Endpoint<GoldenSignals> = { path: "/api/observability/golden-signals?scope=fleet", ofOne: true, decode };
