import type { Breaker, Breakers } from "../api/breakers.js";
import { Card, seenBy } from "../show/card.js";
import type { Instant } from "../live/clock.js";
import { count, percent, span, spoken } from "../show/figures.js";
import type { Reading } from "../live/reading.js";
import { Sign, type Tone } from "../show/sign.js";
import { Table } from "../show/table.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";

const TONES: Readonly<Record<Breaker["state"], Tone>> = {
  closed: "good",
  half_open: "notice",
  open: "bad",
  isolated: "off",
};

const COLUMNS = [
  { name: "Breaker" },
  { name: "State" },
  { name: "Since", kind: "numeric" },
  { name: "Calls", kind: "numeric" },
  { name: "Failed", kind: "numeric" },
  { name: "Slow", kind: "numeric" },
] as const;

export function BreakersCard({ reading, at }: { readonly reading: Reading<Breakers>; readonly at: Instant }): VNode {
  return <Card id="breakers" title="Circuit breakers" reading={reading} at={at} about={seenBy} show={table} />;
}

function table({ circuit_breakers }: Breakers): VNode {
  if (circuit_breakers.length === 0) return <p class="nothing">There are none: the reliability layer is off.</p>;
  const rows = circuit_breakers.map((breaker) => ({ key: breaker.name, cells: cells(breaker) }));
  return <Table caption="Circuit breakers" columns={COLUMNS} rows={rows} />;
}

function cells(breaker: Breaker): readonly (VNode | string)[] {
  const measured = breaker.calls > 0;
  return [
    <Fragment>
      {breaker.name}
      {breaker.state !== "closed" && <small>{why(breaker)}</small>}
    </Fragment>,
    <Sign tone={TONES[breaker.state]} word={spoken(breaker.state)} />,
    span(breaker.seconds_in_state),
    count(breaker.calls),
    percent(measured ? breaker.failure_rate : null),
    percent(measured ? breaker.slow_rate : null),
  ];
}

function why(breaker: Breaker): string {
  if (breaker.state === "half_open") return `${breaker.probes_in_flight} probes under way`;
  if (breaker.retry_after === null) return breaker.reason;
  const probe = breaker.retry_after >= 1 ? `in ${span(breaker.retry_after)}` : "at the next call";
  return `${breaker.reason}; it probes ${probe}`;
}
