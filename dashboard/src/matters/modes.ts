import type { Agent, Mode, Modes } from "../api/modes.js";
import { span, spoken } from "../show/figures.js";
import type { Found } from "./matter.js";

export function ofModes({ modes, agents, problem }: Modes, now: number): readonly Found[] {
  const found = [
    ...modes.filter((each) => each.in_force).map((each) => inForce(each, now)),
    ...agents.filter((each) => each.quarantined).map(quarantined),
  ];
  if (problem) found.push({ tone: "unknown", words: "modes may not be up to date", did: "The last good copy holds.", next: problem });
  return found;
}

function inForce({ name, entry }: Mode, now: number): Found {
  const until = entry?.until ? `, for ${span(Math.max(0, entry.until - now))} more` : ", until it is taken back";
  return {
    tone: "off",
    words: `${spoken(name)} is on${until}`,
    did: by(entry),
    next: `ops ${name.replace("_", "-")} off, when it is over.`,
  };
}

function quarantined({ name, entry }: Agent): Found {
  return {
    tone: "off",
    words: `agent ${name} is quarantined`,
    did: `${by(entry)}; its messages are held.`,
    next: `ops release ${name}`,
  };
}

function by(entry: Mode["entry"]): string {
  return `By ${entry?.by ?? "an operator"}: ${entry?.reason ?? ""}`;
}
