import type { Rollout } from "../api/rollouts.js";
import { change } from "../api/request.js";
import { type Action, quoted } from "./action.js";

type Verb = "start" | "pause" | "resume" | "promote" | "roll-back";

const POSSIBLE: Readonly<Record<NonNullable<Rollout["status"]>, readonly Verb[]>> = {
  running: ["pause", "promote", "roll-back"],
  holding: ["pause", "promote", "roll-back"],
  paused: ["resume", "promote", "roll-back"],
  succeeded: ["start", "roll-back"],
  rolled_back: ["start"],
};

const WORDS: Readonly<Record<Verb, string>> = {
  start: "Start",
  pause: "Pause",
  resume: "Resume",
  promote: "Promote",
  "roll-back": "Roll back",
};

const EFFECTS: Readonly<Record<Verb, string>> = {
  start: "A share of the callers gets the canary, beginning with the first step; it is judged from zero.",
  pause: "The canary keeps its share, and nothing is decided until somebody resumes.",
  resume: "What the canary shows decides again.",
  promote: "More callers get the canary at once, without waiting for the evidence that it is as good as the stable side.",
  "roll-back": "Every caller gets the stable side again, and the rollout does not start again by itself.",
};

/** What may be done to a rollout as it stands. */
export function rolloutActions(rollout: Rollout): readonly Action[] {
  const possible: readonly Verb[] = rollout.status === null ? ["start"] : POSSIBLE[rollout.status];
  return possible.map((verb) => rolloutAction(rollout, verb));
}

function rolloutAction({ name, version }: Rollout, verb: Verb): Action {
  const title = `${WORDS[verb]} ${name}`;
  return {
    verb: WORDS[verb],
    title,
    name,
    effect: EFFECTS[verb],
    command: `rollout ${verb === "roll-back" ? "rollback" : verb} ${quoted(name)}`,
    request: ({ reason, dry_run }) =>
      change("post", `/api/ops/rollouts/{name}/${verb}`, name, { reason, dry_run, expected_version: version }),
    answers: "rollout",
    subject: `rollout/${name}`,
    grave: verb === "promote",
    // No undo: what fits is decided by what it has become, by the card's own buttons.
  };
}
