import { type Decoded, type Decoder, flag, listOf, nullable, number, schema, text } from "./decode.js";

const letter = schema("DeadLetterDocument", {
  id: text,
  topic: text,
  document_id: text,
  published_at: number,
  attempts: number,
  reason: text,
});

export type DeadLetter = Decoded<typeof letter>;

/** A page of the list; `next` is where the following one begins. */
export const deadLetters = schema("DeadLetters", { dead_letters: listOf(letter), next: nullable(text) });

/** What a step of a redrive did; the next one names `redrive`. */
export const redriveStep = schema("RedriveStep", { redrive: nullable(text), moved_in_all: number, left: number, done: flag });

export const discarded = schema("Discarded", { discarded: listOf(text), missing: listOf(text) });

export const redriveStopped = schema("ChangeDocument", { changed: flag });

/** How many messages a redrive would move, as the dry run of its first step says. */
export const wouldMove: Decoder<number, never> = (value, path) => {
  const { moved_in_all, left } = redriveStep(value, path);
  return moved_in_all + left;
};

/** How many messages would be gone, as a dry run says. */
export const wouldGo: Decoder<number, never> = (value, path) => discarded(value, path).discarded.length;
