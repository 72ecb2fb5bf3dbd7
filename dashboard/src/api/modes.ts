import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { entry } from "./entry.js";

const mode = schema("ModeDocument", {
  name: oneOf("safe_mode", "write_drain", "brownout"),
  in_force: flag,
  entry: nullable(entry), // null: nobody ever touched it
});
const agent = schema("AgentDocument", { name: text, quarantined: flag, entry: nullable(entry) });
const decode = schema("Modes", {
  modes: listOf(mode),
  agents: listOf(agent),
  copy_age: nullable(number),
  problem: text,
});

export type Mode = Decoded<typeof mode>;
export type Agent = Decoded<typeof agent>;
export type Modes = Decoded<typeof decode>;

export const modes: Endpoint<Modes> = { path: "/api/observability/modes", decode };
