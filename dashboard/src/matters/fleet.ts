import { type Chosen, type Fleet, type OfInstance, silent } from "../live/fleet.js";
import { count } from "../show/figures.js";
import type { Found } from "./matter.js";

/** Silent instances that are named. */
const NAMED = 3;

/** Who is silent, and why what is known is not the whole. */
export function ofFleet(fleet: Fleet<OfInstance>, chosen: Chosen): readonly Found[] {
  const found: Found[] = [];
  const quiet = silent(fleet, chosen);
  const names = quiet.slice(0, NAMED).map((each) => each.instance).join(", ");
  if (quiet.length > 0) {
    found.push({
      tone: "notice",
      words: quiet.length === 1 ? `instance ${names} is silent` : `${count(quiet.length)} instances are silent: ${names}`,
      did: "The others serve.",
      next: "One that sleeps or was stopped is silent too; else look at its log.",
    });
  }
  if (fleet.problem) {
    found.push({
      tone: "unknown",
      words: fleet.problem.replace(/\.$/, ""),
      did: "Each instance serves on by what it knows.",
      next: "Look at the store behind the count board.",
    });
  }
  return found;
}
