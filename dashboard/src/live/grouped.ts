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
  nameOf: (thing: T) => string = ({ name }) => name,
): ReadonlyMap<string, readonly Its<T>[]> {
  const all = instances.flatMap((of) => things(of).map((value): Its<T> => ({ of, value })));
  return Map.groupBy(all, ({ value }) => nameOf(value));
}
