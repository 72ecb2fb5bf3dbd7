import { anything, type Decoded, flag, mapOf, nullable, number, schema, text } from "./decode.js";

/** What an operator said of something, how long it holds, and who said it why. Instants are Unix seconds. */
export const entry = schema("Entry", {
  on: flag,
  by: text,
  reason: text,
  since: number,
  until: nullable(number), // null: until somebody takes it back
  revision: number,
  settings: mapOf(anything),
});

export type Entry = Decoded<typeof entry>;
