import type { Decoder } from "./decode.js";
import type { paths } from "./schema.js";

/** Something that the service shows, and how its answer is read. */
export interface Endpoint<T> {
  readonly path: keyof paths | `${keyof paths}?${string}`;
  readonly decode: Decoder<T, never>;
}
