import type { Gate, Gates } from "../api/gates.js";
import { type Chosen, present } from "../live/fleet.js";
import { grouped, type Its } from "../live/grouped.js";
import { type Found, onHowMany } from "./matter.js";

/** What the embeddings' gate is called; when they are `spared` on purpose, it is shut on purpose. */
const PROVIDER = "embeddings";

export function ofGates(gates: Gates, chosen: Chosen, spared: boolean): readonly Found[] {
  const instances = present(gates, chosen);
  const stale = instances.filter((each) => each.stale).length;
  const unready = instances.filter((each) => each.status === "not_ready").length;
  const told = [...grouped(instances, (each) => each.health_gates)].filter(([name]) => !(spared && name.startsWith(PROVIDER)));
  const found = told.flatMap(([name, group]) => ofGate(name, group) ?? []);
  if (stale > 0) {
    found.push({
      tone: "unknown",
      words: `health gates were not checked for too long${onHowMany(stale, instances.length)}`,
      did: "A request has them checked first.",
      next: "An instance that serves nothing checks nothing: that is no fault.",
    });
  }
  if (unready > 0 && !found.some(({ tone }) => tone === "bad")) {
    found.push({
      tone: "bad",
      words: `not ready${onHowMany(unready, instances.length)}: requests are turned away`,
      did: "It is ready again after passes in a row.",
      next: "Wait for the passes, or look at the gates.",
    });
  }
  return found;
}

function ofGate(name: string, group: readonly Its<Gate>[]): Found | null {
  const shut = group.filter((each) => !each.value.ready);
  const [first] = shut;
  if (!first) return null;
  const { critical, last_error } = first.value;
  const words = `gate ${name} is not ready${onHowMany(shut.length, group.length)}`;
  if (!critical) return { tone: "warning", words, did: "Requests are taken: there is a fallback.", next: last_error || "Wait for the passes." };
  return {
    tone: "bad",
    words: `critical ${words}: requests are turned away`,
    did: "503 with Retry-After, until its checks pass in a row.",
    next: last_error ? `Mend what the check says: ${last_error}` : "Wait for the passes.",
  };
}
