import { listOf, number, schema, text } from "./decode.js";

/** Whose word something is, and when it was heard. */
export const heard = { instance: text, boot_id: text, heard_at: number };

/** What stands beside what instances told of themselves: `others` were there lately, and nothing else is known of them. */
export const fleet = { now: number, problem: text, others: listOf(schema("Other", heard)) };
