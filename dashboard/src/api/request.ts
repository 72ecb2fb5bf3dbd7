import type { Path } from "./endpoint.js";
import type { paths } from "./schema.js";

/** What an operator asks of the service, ready to be sent. */
export interface Request {
  readonly method: "get" | "post" | "put";
  readonly path: string;
  readonly body: object | null;
}

type BodyOf<P extends keyof paths, M extends "post" | "put"> = paths[P][M] extends {
  requestBody: { content: { "application/json": infer B } };
}
  ? B
  : never;
type Taking<M extends "post" | "put"> = { [P in keyof paths]: [BodyOf<P, M>] extends [never] ? never : P }[keyof paths];
type NoOthers<B, W> = { readonly [K in Exclude<keyof B, keyof W>]: "the API's document has no such field" };

export function get(path: Path): Request {
  return { method: "get", path, body: null };
}

/** Does not compile when the API's document has no such path, or wants another body there. `name` is the object's. */
export function change<M extends "post" | "put", P extends Taking<M>, B extends BodyOf<P, M>>(
  method: M,
  path: P,
  name: string,
  body: B & NoOthers<B, BodyOf<P, M>>,
): Request {
  return { method, path: path.replace(/\{\w+\}/, () => encodeURIComponent(name)), body };
}
