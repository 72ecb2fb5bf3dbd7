import { type Decoded, struct, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";

const decode = struct({ version: text, environment: text, instance: text });

export type Identity = Decoded<typeof decode>;

export const identity: Endpoint<Identity> = { path: "/identity", decode };
