import { breakers } from "../api/breakers.js";
import { events } from "../api/events.js";
import { flags } from "../api/flags.js";
import { gates } from "../api/gates.js";
import { goldenSignals } from "../api/golden-signals.js";
import { identity } from "../api/identity.js";
import { modes } from "../api/modes.js";
import { rollouts } from "../api/rollouts.js";
import { startup } from "../api/startup.js";
import { watchdogs } from "../api/watchdogs.js";
import type { Decoded } from "../api/decode.js";
import type { Reading } from "./reading.js";

/** Everything that is polled. */
export const ENDPOINTS = { identity, goldenSignals, breakers, gates, rollouts, watchdogs, modes, flags, startup, events } as const;

export type Source = keyof typeof ENDPOINTS;

export const SOURCES = Object.keys(ENDPOINTS) as readonly Source[];

/** What is known from each endpoint. */
export type Readings = { readonly [S in Source]: Reading<Decoded<(typeof ENDPOINTS)[S]["decode"]>> };

const unread = { last: null, failure: "" };

export const NOTHING_READ: Readings = {
  identity: unread,
  goldenSignals: unread,
  breakers: unread,
  gates: unread,
  rollouts: unread,
  watchdogs: unread,
  modes: unread,
  flags: unread,
  startup: unread,
  events: unread,
};
