import { type Decoded, type Decoder, listOf, Malformed, nullable, number, optional, schema, text } from "../api/decode.js";
import type { Operator } from "../access/operator.js";

/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 10_000;

const problem = schema("Problem", { type: text, title: text, detail: text, retry_after: optional(nullable(number)) });

/** What became of a request. */
export type Performed<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "wrong-token"; readonly words: string }
  | { readonly kind: "refused"; readonly words: string } // and nothing was changed
  | { readonly kind: "lost"; readonly words: string }; // whether it was done is not known

/** Ask for it once, as an operator. */
export async function perform<T>(
  operator: Operator,
  method: "GET" | "POST" | "PUT",
  path: string,
  body: Readonly<Record<string, unknown>> | null,
  decode: Decoder<T, never>,
): Promise<Performed<T>> {
  let response: Response;
  let said: string;
  try {
    response = await fetch(path, {
      method,
      cache: "no-store",
      redirect: "error",
      headers: {
        Authorization: `Bearer ${operator.token}`,
        "X-Operator": operator.name,
        ...(body === null ? {} : { "Content-Type": "application/json" }),
      },
      body: body === null ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE),
    });
    said = await response.text();
  } catch {
    return { kind: "lost", words: "The service did not answer." };
  }
  if (!response.ok) return refusal(response.status, said);
  try {
    return { kind: "done", value: decode(JSON.parse(said), "") };
  } catch (error) {
    if (error instanceof Malformed) return { kind: "lost", words: `The answer is malformed: ${error.message}.` };
    if (error instanceof SyntaxError) return { kind: "lost", words: "The answer is not JSON." };
    throw error;
  }
}

function refusal(status: number, said: string): Performed<never> {
  const told = problemOf(said);
  const words = told === null ? `The service answered ${status}.` : `${told.title}: ${told.detail}.`;
  if (status === 401 || status === 403 || status === 429) {
    const wait = told?.retry_after ? ` Try again in ${Math.ceil(told.retry_after)} s.` : "";
    return { kind: "wrong-token", words: words + wait };
  }
  // What stands between us and the service answers 502 and 504 itself, when it cannot say what has become of a request.
  if (told === null && status >= 500) return { kind: "lost", words };
  return { kind: "refused", words };
}

function problemOf(said: string): Decoded<typeof problem> | null {
  try {
    return problem(JSON.parse(said), "");
  } catch (error) {
    if (error instanceof Malformed || error instanceof SyntaxError) return null;
    throw error;
  }
}

const line = schema("AuditLineDocument", { at: number, by: text, action: text, subject: text, reason: text, version: number });

export type AuditLine = Decoded<typeof line>;

const audit = schema("Audit", { lines: listOf(line) });

/** The last lines of the audit about a subject, newest first; none when they cannot be read. */
export async function auditOf(operator: Operator, subject: string): Promise<readonly AuditLine[]> {
  const path = `/api/ops/audit?limit=5&subject=${encodeURIComponent(subject)}`;
  const answer = await perform(operator, "GET", path, null, audit);
  return answer.kind === "done" ? answer.value.lines : [];
}
