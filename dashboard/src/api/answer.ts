import { type Decoded, type Decoder, Malformed, nullable, number, optional, schema, text } from "./decode.js";

/** What the body of an answer says; or, in a sentence, why it is of no use. */
type Understood<T> = { readonly value: T; readonly failure?: never } | { readonly failure: string };

export function understood<T>(body: string, decode: Decoder<T, never>): Understood<T> {
  try {
    return { value: decode(JSON.parse(body), "") };
  } catch (error) {
    if (error instanceof Malformed) return { failure: `The answer is malformed: ${error.message}.` };
    if (error instanceof SyntaxError) return { failure: "The answer is not JSON." };
    throw error;
  }
}

const problem = schema("Problem", { type: text, title: text, detail: text, retry_after: optional(nullable(number)) });

/** Why the service refused, as the body of its answer says; null when it says nothing of the kind. */
export function problemIn(body: string): Decoded<typeof problem> | null {
  const read = understood(body, problem);
  return read.failure === undefined ? read.value : null;
}
