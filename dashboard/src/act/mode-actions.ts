import type { Agent, Mode } from "../api/modes.js";
import { change } from "../api/request.js";
import { type Action, quoted } from "./action.js";

const PATHS = {
  safe_mode: "/api/ops/safe-mode",
  write_drain: "/api/ops/write-drain",
  brownout: "/api/ops/brownout",
} as const satisfies Readonly<Record<Mode["name"], string>>;

const EFFECTS: Readonly<Record<Mode["name"], string>> = {
  safe_mode: "No instance will call the provider, and events wait: callers get embeddings of the fallback.",
  write_drain: "Every write will be refused with 503: callers can read, and nothing else.",
  brownout: "Features that have a fallback take it: callers get embeddings that are made here.",
};

/** What may be done to a mode, on every instance. */
export function modeActions({ name, in_force }: Mode): readonly Action[] {
  return [modeAction(name, !in_force)];
}

function modeAction(name: Mode["name"], on: boolean): Action {
  const kebab = name.replace("_", "-");
  const words = name.replace("_", " ");
  return {
    verb: on ? "Turn on" : "Turn off",
    title: `Turn ${on ? "on" : "off"} ${words}`,
    name: kebab,
    effect: on ? EFFECTS[name] : `Every instance works as usual again, as far as ${words} goes.`,
    command: `${kebab} ${on ? "on" : "off"}`,
    request: (wish) => change("put", PATHS[name], "", { ...wish, on }),
    answers: "entry",
    ends: on,
    subject: `mode/${name}`,
    grave: on && name !== "brownout",
    undo: () => modeAction(name, !on),
  };
}

/** What may be done to an agent, on every instance. */
export function agentActions({ name, quarantined }: Agent): readonly Action[] {
  return [quarantine(name, !quarantined)];
}

function quarantine(name: string, on: boolean): Action {
  return {
    verb: on ? "Quarantine" : "Release",
    title: `${on ? "Quarantine" : "Release"} ${name}`,
    name,
    effect: on
      ? `Nothing is delivered to ${name}; its messages are held, and none is lost.`
      : `What was held for ${name} is delivered.`,
    command: `${on ? "quarantine" : "release"} ${quoted(name)}`,
    request: (wish) => change("put", "/api/ops/agents/{id}/quarantine", name, { ...wish, on }),
    answers: "entry",
    ends: on,
    subject: `agent/${name}`,
    undo: () => quarantine(name, !on),
  };
}
