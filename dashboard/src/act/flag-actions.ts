import type { Flag } from "../api/flags.js";
import { change } from "../api/request.js";
import { type Action, quoted } from "./action.js";

/** What may be done to a flag, on every instance. */
export function flagActions(flag: Flag): readonly Action[] {
  const overridden = flag.entry?.on ?? false;
  return [
    ...(flag.value === true ? [] : [override(flag, "Turn on", "--on", { value: true })]),
    ...(flag.value === false ? [] : [override(flag, "Turn off", "--off", { value: false })]),
    override(flag, "Give a share", "--percentage …", { value: null, percentage: flag.percentage ?? 50 }),
    ...(overridden ? [clear(flag)] : []),
  ];
}

/** What a flag is set to; of a percentage that is asked this is the first value. */
interface Setting {
  readonly value: boolean | null;
  readonly percentage?: number;
}

function override(flag: Flag, verb: string, option: string, { value, percentage }: Setting): Action {
  return {
    ...ofFlag(flag, verb, value),
    effect: `${flag.description} Where it is off: ${flag.fallback}.`,
    command: `flags set ${quoted(flag.name)} ${option}`,
    ends: true,
    percentage,
    undo: flag.entry?.on ? undefined : () => clear(flag), // what stood there before is not brought back by clearing it
  };
}

function clear(flag: Flag): Action {
  return {
    ...ofFlag(flag, "Clear", null),
    effect: `There is no override any more: the environment decides, and without it the default, ${flag.default ? "on" : "off"}.`,
    command: `flags clear ${quoted(flag.name)}`,
  };
}

function ofFlag({ name }: Flag, verb: string, value: boolean | null): Omit<Action, "effect" | "command"> {
  return {
    verb,
    title: `${verb}: ${name}`,
    name,
    request: (wish, percentage) => change("put", "/api/ops/flags/{name}", name, { ...wish, value, percentage }),
    answers: "entry",
    subject: `flag/${name}`,
  };
}
