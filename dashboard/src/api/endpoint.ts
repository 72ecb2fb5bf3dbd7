import type { Decoder } from "./decode.js";
import type { paths } from "./schema.js";

/** Something that the service shows, and how its answer is read. */
export interface Endpoint<T> {
  readonly path: keyof paths | `${keyof paths}?${string}`;
  readonly ofOne?: true; // it can be asked of one instance alone
  readonly decode: Decoder<T, never>;
}
