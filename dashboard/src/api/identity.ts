import { type Decoded, number, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const decode = schema("IdentityDocument", { version: text, environment: text, instance: text, now: number });

export type Identity = Decoded<typeof decode>;

export const identity: Endpoint<Identity> = { path: "/identity", decode };
