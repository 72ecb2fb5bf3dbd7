import type { OfInstance } from "./fleet.js";

/** A thing of one instance. */
export interface Its<T> {
  readonly of: OfInstance;
  readonly value: T;
}

/** Things of the same name, one an instance that has it; names in the order in which they come. */
export function grouped<O extends OfInstance, T extends { readonly name: string }>(
  instances: readonly O[],
  things: (instance: O) => readonly T[],
): ReadonlyMap<string, readonly Its<T>[]> {
  const groups = new Map<string, Its<T>[]>();
  for (const of of instances) {
    for (const value of things(of)) {
      const group = groups.get(value.name);
      if (group) group.push({ of, value });
      else groups.set(value.name, [{ of, value }]);
    }
  }
  return groups;
}
