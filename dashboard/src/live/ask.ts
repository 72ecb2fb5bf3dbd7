import { problemIn, understood } from "../api/answer.js";
import type { Endpoint } from "../api/endpoint.js";
import { now } from "./clock.js";
import type { Chosen } from "./fleet.js";
import type { Answer } from "./reading.js";

/** Milliseconds after which an answer is not waited for any more; the next poll is due soon after. */
const PATIENCE = 4000;

/** What became of a question. */
export type Asked<T> =
  | { readonly kind: "answered"; readonly answer: Answer<T> }
  | { readonly kind: "unauthorized" }
  | { readonly kind: "away"; readonly failure: string } // nobody answered
  | { readonly kind: "failed"; readonly failure: string }; // somebody did, and it is of no use

/** Ask once, of all instances or of the chosen one. */
export async function ask<T>(endpoint: Endpoint<T>, chosen: Chosen, token: string): Promise<Asked<T>> {
  const asked = now();
  let response: Response;
  let body: string;
  try {
    response = await fetch(address(endpoint, chosen), {
      cache: "no-store",
      headers: token ? { Authorization: `Bearer ${token}` } : {},
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    body = await response.text();
  } catch (error) {
    return { kind: "away", failure: unreachable(error) };
  }
  if (response.status === 401 || response.status === 429) return { kind: "unauthorized" };
  if (!response.ok) return { kind: "failed", failure: refusal(response.status, body) };
  const read = understood(body, endpoint.decode);
  if (read.failure !== undefined) return { kind: "failed", failure: read.failure };
  return { kind: "answered", answer: { value: read.value, instance: response.headers.get("X-Instance-Id") ?? "", asked } };
}

function address({ path, ofOne }: Endpoint<unknown>, chosen: Chosen): string {
  return ofOne && chosen ? `${path}&instance=${encodeURIComponent(chosen)}` : path;
}

function unreachable(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return `The service did not answer within ${PATIENCE / 1000} s.`;
  }
  return "The service cannot be reached.";
}

function refusal(status: number, body: string): string {
  const problem = problemIn(body);
  return problem === null ? `The service answered ${status}.` : `The service answered ${status}: ${problem.title} (${problem.detail}).`;
}
