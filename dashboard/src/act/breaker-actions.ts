import { change } from "../api/request.js";
import { type Action, quoted } from "./action.js";

/** What may be done to a breaker, on every instance. */
export function breakerActions(name: string, isolated: boolean): readonly Action[] {
  return isolated ? [reset(name)] : [isolate(name), reset(name)];
}

function isolate(name: string): Action {
  return {
    verb: "Isolate",
    title: `Isolate ${name}`,
    name,
    effect: `No instance will call ${name} until it is reset: callers get a fallback if there is one, else 503.`,
    command: `breakers isolate ${quoted(name)}`,
    request: (wish) => change("post", "/api/ops/circuit-breakers/{name}/isolate", name, wish),
    answers: "entry",
    ends: true,
    subject: `breaker/${name}`,
    grave: true,
    undo: () => reset(name),
  };
}

function reset(name: string): Action {
  return {
    verb: "Reset",
    title: `Reset ${name}`,
    name,
    effect: `${name} closes on every instance, whatever its state, and what it had counted is forgotten.`,
    command: `breakers reset ${quoted(name)}`,
    request: (wish) => change("post", "/api/ops/circuit-breakers/{name}/reset", name, wish),
    answers: "entry",
    subject: `breaker/${name}`,
  };
}
