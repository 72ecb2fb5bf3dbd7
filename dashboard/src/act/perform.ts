import type { Operator } from "../access/operator.js";
import { problemIn, understood } from "../api/answer.js";
import { type Decoded, type Decoder, listOf, number, schema, text } from "../api/decode.js";
import { get, type Request } from "../api/request.js";

/** Milliseconds after which an answer is not waited for any more. */
const PATIENCE = 10_000;

/** What became of a request. */
export type Performed<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "wrong-token"; readonly words: string }
  | { readonly kind: "refused"; readonly words: string } // and nothing was changed
  | { readonly kind: "lost"; readonly words: string }; // whether it was done is not known

/** Ask for it once, as an operator. */
export async function perform<T>(
  operator: Operator,
  { method, path, body }: Request,
  decode: Decoder<T, never>,
): Promise<Performed<T>> {
  let response: Response;
  let answer: string;
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
    answer = await response.text();
  } catch {
    return { kind: "lost", words: "The service did not answer." };
  }
  if (!response.ok) return refusal(response.status, answer);
  const read = understood(answer, decode);
  return read.failure === undefined ? { kind: "done", value: read.value } : { kind: "lost", words: read.failure };
}

function refusal(status: number, answer: string): Performed<never> {
  const problem = problemIn(answer);
  const words = problem === null ? `The service answered ${status}.` : `${problem.title}: ${problem.detail}.`;
  if (status === 401 || status === 403 || status === 429) {
    const wait = problem?.retry_after ? ` Try again in ${Math.ceil(problem.retry_after)} s.` : "";
    return { kind: "wrong-token", words: words + wait };
  }
  // What stands between us and the service answers 502 and 504 itself, when it cannot say what has become of a request.
  if (problem === null && status >= 500) return { kind: "lost", words };
  return { kind: "refused", words };
}

const line = schema("AuditLineDocument", { at: number, by: text, action: text, subject: text, reason: text, version: number });

export type AuditLine = Decoded<typeof line>;

const audit = schema("Audit", { lines: listOf(line) });

/** The last lines of the audit about a subject, newest first; none when they cannot be read. */
export async function auditOf(operator: Operator, subject: string): Promise<readonly AuditLine[]> {
  const request = get(`/api/ops/audit?limit=5&subject=${encodeURIComponent(subject)}`);
  const answer = await perform(operator, request, audit);
  return answer.kind === "done" ? answer.value.lines : [];
}
