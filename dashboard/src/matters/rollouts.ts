import type { Rollout } from "../api/rollouts.js";
import { percent, span } from "../show/figures.js";
import type { Found } from "./matter.js";

/** Seconds for which a rollback is news; it lasts until the next start, which may be weeks away. */
const NEWS = 3600;

export function ofRollout(rollout: Rollout, now: number): readonly Found[] {
  const { name, problem } = rollout;
  const unread: Found = {
    tone: "unknown",
    words: `rollout ${name} may not be up to date`,
    did: "After 10 s without the control store everybody gets the stable side.",
    next: problem,
  };
  return [problem ? unread : null, ofState(rollout, now)].filter((each) => each !== null);
}

function ofState(rollout: Rollout, now: number): Found | null {
  const { name, status, next_decision, planned_share } = rollout;
  const share = percent(planned_share);
  switch (status) {
    case "rolled_back":
      return rolledBack(rollout, now);
    case "holding":
      return {
        tone: "warning",
        words: `rollout ${name} is holding at ${share}`,
        did: next_decision,
        next: "Look why both sides fail; it goes on by itself.",
      };
    case "paused":
      return {
        tone: "off",
        words: `rollout ${name} is paused at ${share}`,
        did: "Nothing is decided.",
        next: `ops rollout resume ${name}, or roll back.`,
      };
    case "running":
      return {
        tone: "notice",
        words: `canary of ${name} at ${share}`,
        did: next_decision,
        next: "Nothing: it is judged and stepped up by itself.",
      };
    default:
      return null;
  }
}

/** A decision is bad news; without one it was a person, who meant it so. */
function rolledBack({ name, last, last_decision }: Rollout, now: number): Found | null {
  if (last === null || now - last.at >= NEWS) return null;
  const words = `rollout ${name} was rolled back ${span(Math.max(0, now - last.at))} ago`;
  if (!last_decision) {
    return {
      tone: "off",
      words,
      did: `By ${last.by}: ${last.reason}; every caller gets the stable side.`,
      next: `ops rollout start ${name}, when the canary may be tried again.`,
    };
  }
  return {
    tone: "bad",
    words,
    did: `Every caller gets the stable side: ${last.reason}.`,
    next: `Mend the canary, then ops rollout start ${name}; it never starts by itself (docs/runbooks/bad-canary.md).`,
  };
}
