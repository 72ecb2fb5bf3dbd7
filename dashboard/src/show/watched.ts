import type { Watchdog } from "../api/watchdogs.js";
import { count, latency, NONE, percent, span } from "./figures.js";
import type { Tone } from "./sign.js";

/** Seconds from which a time is told in minutes and hours. */
const LONG = 60;

export const WATCHDOG_TONES: Readonly<Record<Watchdog["state"], Tone>> = { ok: "good", warning: "warning", alert: "bad" };

const WORST_FIRST: readonly Watchdog["state"][] = ["alert", "warning", "ok"];

/** How urgent a state is: 0 is the worst. */
export function urgency(state: Watchdog["state"]): number {
  return WORST_FIRST.indexOf(state);
}

/** A watchdog's figure in its unit. */
export function measured(value: number | null, unit: string): string {
  if (value === null) return NONE;
  if (unit === "ratio") return percent(value);
  if (unit === "seconds") return value >= LONG ? span(value) : latency(value);
  return count(value);
}

/** From where a watchdog warns and alerts. */
export function thresholds({ warning_threshold, alert_threshold, unit }: Watchdog): string {
  if (alert_threshold === null) return "for information";
  const alerts = `alerts at ${measured(alert_threshold, unit)}`;
  return warning_threshold === null || warning_threshold === alert_threshold
    ? alerts
    : `warns at ${measured(warning_threshold, unit)}, ${alerts}`;
}
