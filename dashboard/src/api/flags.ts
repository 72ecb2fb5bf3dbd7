import { type Decoded, flag, listOf, nullable, number, oneOf, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { entry } from "./entry.js";

const shown = schema("FlagDocument", {
  name: text,
  default: flag,
  description: text,
  owner: text,
  variable: text, // of the environment
  fallback: text, // what stands in for what is off
  value: nullable(flag), // null: a share of the callers has it
  variant: nullable(oneOf("on", "off", "fallback")),
  reason: text, // of OpenFeature's, or a mode
  percentage: nullable(number),
  entry: nullable(entry),
});
const decode = schema("Flags", { flags: listOf(shown) });

export type Flag = Decoded<typeof shown>;
export type Flags = Decoded<typeof decode>;

export const flags: Endpoint<Flags> = { path: "/api/observability/flags", decode };
