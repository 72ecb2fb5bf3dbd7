import type { Breaker, Breakers } from "../api/breakers.js";
import { type Chosen, present } from "../live/fleet.js";
import { grouped, type Its } from "../live/grouped.js";
import { span, spoken } from "../show/figures.js";
import { type Found, onHowMany } from "./matter.js";

export function ofBreakers(breakers: Breakers, chosen: Chosen, now: number): readonly Found[] {
  return [...grouped(present(breakers, chosen), (each) => each.circuit_breakers)].flatMap(([name, group]) => ofBreaker(name, group, now) ?? []);
}

/** Of each breaker the worst state alone. */
function ofBreaker(name: string, group: readonly Its<Breaker>[], now: number): Found | null {
  for (const state of ["open", "isolated", "half_open"] as const) {
    const those = group.filter((each) => each.value.state === state);
    const [first] = those;
    if (!first) continue;
    const words = `breaker ${name} is ${spoken(state)}${onHowMany(those.length, group.length)}`;
    if (state === "open") return { tone: "bad", words, ...open(name, those, now) };
    if (state === "isolated") return { tone: "warning", words, ...isolated(name, first.value) };
    return { tone: "warning", words, did: "A few probes decide whether it closes.", next: "Nothing, while they pass." };
  }
  return null;
}

function open(name: string, those: readonly Its<Breaker>[], now: number): Pick<Found, "did" | "next"> {
  const left = Math.min(...those.map(({ of, value }) => (value.retry_after ?? 0) - Math.max(0, now - of.heard_at)));
  const probes = left >= 1 ? `it probes in ${span(left)}` : "it probes at the next call";
  return {
    did: `No call is made, ${instead(name)}; ${probes}.`,
    next: `Look at the dependency itself; it closes by itself once that is well.${runbook(name)}`,
  };
}

function isolated(name: string, { isolated_by, isolated_reason, reason }: Breaker): Pick<Found, "did" | "next"> {
  return {
    did: `By ${isolated_by ?? "an operator"}: ${isolated_reason ?? reason}; ${instead(name)}.`,
    next: `ops breakers reset ${name}, when it may be called again.`,
  };
}

function instead(name: string): string {
  return name.startsWith("embeddings:") ? "embeddings come from the fallback" : "callers get 503";
}

/** Where the way back is written, for what has one. */
function runbook(name: string): string {
  if (name.startsWith("embeddings:")) return " The way back: docs/runbooks/provider-down.md.";
  return name === "document_database" ? " The way back: docs/runbooks/database-slow.md." : "";
}
