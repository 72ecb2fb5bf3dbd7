import type { Flag } from "../api/flags.js";
import { type Action, type Field, inPath, quoted } from "./action.js";

/** What may be done to a flag, on every instance. */
export function flagActions(flag: Flag): readonly Action[] {
  const overridden = flag.entry?.on ?? false;
  return [
    ...(flag.value === true ? [] : [override(flag, "Turn on", "--on", { value: true })]),
    ...(flag.value === false ? [] : [override(flag, "Turn off", "--off", { value: false })]),
    override(flag, "Give a share", "--percentage …", { value: null }, [
      { kind: "number", member: "percentage", label: "Callers that have it, percent", least: 0, most: 100, value: flag.percentage ?? 50 },
    ]),
    ...(overridden ? [clear(flag)] : []),
  ];
}

function override(
  flag: Flag,
  verb: string,
  option: string,
  body: Readonly<Record<string, unknown>>,
  fields: readonly Field[] = [],
): Action {
  return {
    ...common(flag, verb),
    effect: `${flag.description} Where it is off: ${flag.fallback}.`,
    command: `flags set ${quoted(flag.name)} ${option}`,
    body,
    fields: [...fields, { kind: "ttl" }],
    undo: flag.entry?.on ? null : () => clear(flag), // what stood there before is not brought back by clearing it
  };
}

function clear(flag: Flag): Action {
  return {
    ...common(flag, "Clear"),
    effect: `There is no override any more: the environment decides, and without it the default, ${flag.default ? "on" : "off"}.`,
    command: `flags clear ${quoted(flag.name)}`,
    body: { value: null, percentage: null },
    fields: [],
    undo: null,
  };
}

function common({ name }: Flag, verb: string): Pick<Action, "verb" | "title" | "name" | "method" | "path" | "answers" | "subject" | "grave"> {
  return {
    verb,
    title: `${verb}: ${name}`,
    name,
    method: "PUT",
    path: `/api/ops/flags/${inPath(name)}`,
    answers: "entry",
    subject: `flag/${name}`,
    grave: false,
  };
}
