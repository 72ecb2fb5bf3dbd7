/** Turns what was answered into what the page expects, or says what is wrong with it. */

/** Reads the value that stands at `path`, or throws Malformed. */
export type Decoder<T> = (value: unknown, path: string) => T;

/** What a decoder reads. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never;

/** An answer that does not have the expected shape; the message names the place, the value and what was expected. */
export class Malformed extends Error {}

const SHOWN = 60; // characters of a wrong value

function malformed(value: unknown, path: string, expected: string): Malformed {
  const found = value === undefined ? "missing" : JSON.stringify(value).slice(0, SHOWN);
  return new Malformed(`${path || "the answer"} is ${found}; expected ${expected}`);
}

export const text: Decoder<string> = (value, path) => {
  if (typeof value !== "string") throw malformed(value, path, "a text");
  return value;
};

export const number: Decoder<number> = (value, path) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw malformed(value, path, "a number");
  return value;
};

export const flag: Decoder<boolean> = (value, path) => {
  if (typeof value !== "boolean") throw malformed(value, path, "true or false");
  return value;
};

/** One of a few words. */
export function oneOf<const W extends string>(...words: readonly W[]): Decoder<W> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw malformed(value, path, `one of ${words.join(", ")}`);
    return found;
  };
}

/** The value, or null. */
export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === null ? null : decode(value, path));
}

/** The value, or null where the service has none, as an older one. */
export function optional<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, path) => (value === undefined ? null : decode(value, path));
}

export function listOf<T>(decode: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw malformed(value, path, "a list");
    return value.map((each: unknown, index) => decode(each, `${path}[${index}]`));
  };
}

/** An object whose names are data. */
export function mapOf<T>(decode: Decoder<T>): Decoder<ReadonlyMap<string, T>> {
  return (value, path) => {
    const entries = Object.entries(object(value, path));
    return new Map(entries.map(([name, each]) => [name, decode(each, `${path}[${JSON.stringify(name)}]`)]));
  };
}

/** An object with these fields; others are passed over, so that a newer service can be read. */
export function struct<F extends Readonly<Record<string, Decoder<unknown>>>>(
  fields: F,
): Decoder<{ readonly [Name in keyof F]: Decoded<F[Name]> }> {
  return (value, path) => {
    const found = object(value, path);
    const inside = path && `${path}.`;
    const decoded = Object.entries(fields).map(([name, decode]) => [name, decode(found[name], inside + name)]);
    return Object.fromEntries(decoded) as { [Name in keyof F]: Decoded<F[Name]> };
  };
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(value, path, "an object");
  return value as Readonly<Record<string, unknown>>;
}
