import { count } from "../show/figures.js";
import type { Tone } from "../show/sign.js";

/** Something that a person on duty should look at. */
export interface Matter {
  readonly tone: Extract<Tone, "bad" | "warning" | "unknown" | "off" | "notice">;
  readonly words: string;
  readonly did: string; // what the service does about it by itself
  readonly next: string; // what a person does
  readonly card: string; // where it is shown
}

/** A matter of one card. */
export type Found = Omit<Matter, "card">;

export function onHowMany(some: number, all: number): string {
  return all <= 1 ? "" : ` on ${count(some)} of ${count(all)} instances`;
}
