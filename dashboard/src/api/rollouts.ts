import { type Decoded, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const objective = schema("SloDocument", {
  slo: text,
  limit: number,
  n: number,
  k: number,
  stable_n: number,
  stable_k: number,
  log_evidence: number,
  log_evidence_limit: number,
});
const rollout = schema("RolloutDocument", {
  name: text,
  generation: number,
  version: number,
  status: nullable(oneOf("running", "holding", "paused", "succeeded", "rolled_back")),
  steps: listOf(number),
  step: nullable(number),
  planned_share: number,
  measured_share: nullable(number),
  requests: nullable(number),
  started_at: nullable(number),
  stage_started_at: nullable(number),
  last: nullable(schema("Act", { by: text, at: number, reason: text })),
  last_decision: text,
  next_decision: text,
  slos: listOf(objective),
  instances: nullable(number),
  copy_age: nullable(number),
  problem: text,
});
const decode = schema("RolloutDocuments", { rollouts: listOf(rollout) });

export type Objective = Decoded<typeof objective>;
export type Rollout = Decoded<typeof rollout>;
export type Rollouts = Decoded<typeof decode>;

export const rollouts: Endpoint<Rollouts> = { path: "/api/observability/rollouts", decode };

/** Those of which something is still to be decided. */
export const ACTIVE: ReadonlySet<Rollout["status"]> = new Set(["running", "holding", "paused"]);
