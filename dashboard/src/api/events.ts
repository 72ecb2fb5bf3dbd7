import { anything, type Decoded, listOf, mapOf, number, schema, text } from "./decode.js";
import type { Endpoint } from "./endpoint.js";
import { fleet } from "./fleet.js";

const event = schema("Event", { sequence: number, at: number, type: text, subject: text, reason: text, detail: mapOf(anything) });
const ofInstance = schema("EventOf", { instance: text, boot_id: text, event });
const decode = schema("FleetEvents", { ...fleet, events: listOf(ofInstance) }); // newest first

export type JournalEvent = Decoded<typeof ofInstance>;
export type Events = Decoded<typeof decode>;

/** The newest events of every instance. */
export const events: Endpoint<Events> = { path: "/api/observability/events?scope=fleet&limit=200", decode };
