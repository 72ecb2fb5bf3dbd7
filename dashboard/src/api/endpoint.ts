import type { Decoder } from "./decode.js";

/** Something that the service shows, and how its answer is read. */
export interface Endpoint<T> {
  readonly path: string;
  readonly decode: Decoder<T>;
}
