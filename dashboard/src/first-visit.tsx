import { type Readings, SOURCES } from "./live/readings.js";
import { Sign } from "./show/sign.js";
import { h, type VNode } from "./vendor/preact.js";

/** Whether nothing was ever read. */
export function isFirstVisit(readings: Readings): boolean {
  return SOURCES.every((source) => readings[source].last === null);
}

/** What this page is and what it waits for, before there is anything to show. */
export function FirstVisit({ readings }: { readonly readings: Readings }): VNode {
  const { failure } = readings.identity;
  return (
    <section class="verdict unknown" role="status" aria-label="In one look">
      <p class="sum">
        <Sign tone="unknown" word={failure ? "The service has not answered yet" : "Asking the service…"} />
      </p>
      <p>
        This page shows what a Ballast service does about the failures of what it depends on: its circuit breakers, health
        gates, rollouts, queues and watchdogs, of every instance. It asks each five seconds, and shows each answer as it comes.
      </p>
      {failure && (
        <p>
          {failure} Is the service up? On this machine <code>make run</code> starts one; a deployed one is looked at by{" "}
          <code>ops status</code>.
        </p>
      )}
    </section>
  );
}
