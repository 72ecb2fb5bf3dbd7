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

function ofState({ name, status, last, next_decision, planned_share }: Rollout, now: number): Found | null {
  const share = percent(planned_share);
  switch (status) {
    case "rolled_back":
      return last !== null && now - last.at < NEWS ? rolledBack(name, last.reason, span(Math.max(0, now - last.at))) : null;
    case "holding":
      return {
        tone: "warning",
        words: `rollout ${name} is holding at ${share}`,
        did: next_decision,
        next: "Look why both sides fail; it goes on by itself.",
      };
    case "paused":
      return {
        tone: "warning",
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

function rolledBack(name: string, reason: string, ago: string): Found {
  return {
    tone: "bad",
    words: `rollout ${name} was rolled back ${ago} ago`,
    did: `Every caller gets the stable side: ${reason}.`,
    next: `Mend the canary, then ops rollout start ${name}; it never starts by itself (docs/runbooks/bad-canary.md).`,
  };
}
