import { number, schema, text } from "./decode.js";

/** An instance that was there lately, and of which nothing else is known. */
export const other = schema("Other", { instance: text, boot_id: text, heard_at: number });
