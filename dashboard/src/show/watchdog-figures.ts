import type { Watchdog } from "../api/watchdogs.js";
import { count, latency, NONE, percent, span } from "./figures.js";
import type { Tone } from "./sign.js";

/** Seconds from which a time is told in minutes and hours. */
const LONG = 60;

export const WATCHDOG_TONES: Readonly<Record<Watchdog["state"], Tone>> = { ok: "good", warning: "warning", alert: "bad" };

/** A watchdog's figure in its unit. */
export function measured(value: number | null, unit: string): string {
  if (value === null) return NONE;
  if (unit === "ratio") return percent(value);
  if (unit === "seconds") return value >= LONG ? span(value).replace(/ 0 s$/, "") : latency(value);
  return count(value);
}

/** From where a watchdog warns and alerts, as far as it does. */
export function thresholds({ warning_threshold, alert_threshold, unit }: Watchdog): readonly string[] {
  const alerts = alert_threshold === null ? [] : [`alerts at ${measured(alert_threshold, unit)}`];
  if (warning_threshold === null || warning_threshold === alert_threshold) return alerts;
  return [`warns at ${measured(warning_threshold, unit)}`, ...alerts];
}
