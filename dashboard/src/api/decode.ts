/** Turns what was answered into what the page expects, or says what is wrong with it. */

import type { components } from "./schema.js";

/** Reads the value that stands at `path`, or throws Malformed. `W` is the type of all that it can read from. */
export interface Decoder<T, W = T> {
  (value: unknown, path: string): T;
  readonly reads?: (from: W) => void; // of which there is no value: for the compiler alone
}

/** What a decoder reads. */
export type Decoded<D> = D extends Decoder<infer T, infer _> ? T : never;

type ReadFrom<D> = D extends Decoder<infer _, infer W> ? W : never;

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

/** Whatever it is. */
export const anything: Decoder<unknown> = (value) => value;

/** One of a few words. */
export function oneOf<const W extends string>(...words: readonly W[]): Decoder<W> {
  return (value, path) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw malformed(value, path, `one of ${words.join(", ")}`);
    return found;
  };
}

/** The value, or null. */
export function nullable<T, W>(decode: Decoder<T, W>): Decoder<T | null, W | null> {
  return (value, path) => (value === null ? null : decode(value, path));
}

/** The value, or null where the service has none, as an older one. */
export function optional<T, W>(decode: Decoder<T, W>): Decoder<T | null, W | undefined> {
  return (value, path) => (value === undefined ? null : decode(value, path));
}

export function listOf<T, W>(decode: Decoder<T, W>): Decoder<readonly T[], readonly W[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw malformed(value, path, "a list");
    return value.map((each: unknown, index) => decode(each, `${path}[${index}]`));
  };
}

/** An object whose names are data. */
export function mapOf<T, W>(decode: Decoder<T, W>): Decoder<ReadonlyMap<string, T>, Readonly<Record<string, W>>> {
  return (value, path) => {
    const entries = Object.entries(object(value, path));
    return new Map(entries.map(([name, each]) => [name, decode(each, `${path}[${JSON.stringify(name)}]`)]));
  };
}

type Schemas = components["schemas"];
type FieldsOf<S> = { readonly [K in keyof S]?: Decoder<unknown, S[K]> };
type NoOthers<F, S> = { readonly [K in Exclude<keyof F, keyof S>]: "the API's document has no such field" };
type Read<F> = { readonly [K in keyof F]: Decoded<F[K]> };

/**
 * An object of the API's document with the fields that the page shows; others are passed over, so that a newer service
 * can be read. Does not compile when the document has no such schema or field, or says that more can stand there.
 */
export function schema<N extends keyof Schemas, F extends FieldsOf<Schemas[N]>>(
  _name: N,
  fields: F & NoOthers<F, Schemas[N]>,
): Decoder<Read<F>, { readonly [K in keyof F]: ReadFrom<F[K]> }> {
  const decoders = Object.entries(fields) as [string, Decoder<unknown>][];
  return (value, path) => {
    const found = object(value, path);
    const inside = path && `${path}.`;
    return Object.fromEntries(decoders.map(([name, decode]) => [name, decode(found[name], inside + name)])) as Read<F>;
  };
}

function object(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed(value, path, "an object");
  return value as Readonly<Record<string, unknown>>;
}
