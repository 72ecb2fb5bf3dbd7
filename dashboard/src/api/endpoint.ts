import type { Decoder } from "./decode.js";
import type { paths } from "./schema.js";

/** A path of the API's document, with what is asked for behind it. */
export type Path = keyof paths | `${keyof paths}?${string}`;

/** Something that the service shows, and how its answer is read. */
export interface Endpoint<T> {
  readonly path: Path;
  readonly ofOne?: true; // it can be asked of one instance alone
  readonly decode: Decoder<T, never>;
}
