import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const node = schema("NodeReport", {
  id: text,
  needs: listOf(text),
  critical: flag,
  rank: number,
  status: oneOf("pending", "started", "degraded", "failed"),
  seconds: nullable(number), // which its own start took
  error: text,
});
const decode = schema("StartupDocument", { status: oneOf("ok", "degraded"), nodes: listOf(node) });

export type Node = Decoded<typeof node>;
export type Startup = Decoded<typeof decode>;

export const startup: Endpoint<Startup> = { path: "/api/observability/startup-dag", decode };
