/** Figures as people read them. */

const whole = new Intl.NumberFormat("en");

/** What stands where there is no figure. */
export const NONE = "–";

export function count(value: number): string {
  return whole.format(Math.round(value));
}

/** Three digits, as far as they tell something. */
export function perSecond(value: number | null): string {
  if (value === null) return NONE;
  return value === 0 || value >= 10 ? count(value) : value.toFixed(value >= 1 ? 1 : 2);
}

export function latency(seconds: number | null): string {
  if (seconds === null) return NONE;
  if (seconds >= 10) return `${seconds.toFixed(1)} s`;
  if (seconds >= 1) return `${seconds.toFixed(2)} s`;
  const milliseconds = seconds * 1000;
  return `${milliseconds.toFixed(milliseconds >= 10 ? 0 : 1)} ms`;
}

/** A span in its two greatest units. */
export function span(seconds: number): string {
  const all = Math.floor(seconds);
  if (all < 60) return `${all} s`;
  if (all < 3600) return `${Math.floor(all / 60)} min ${all % 60} s`;
  if (all < 86_400) return `${Math.floor(all / 3600)} h ${Math.floor((all % 3600) / 60)} min`;
  return `${Math.floor(all / 86_400)} d ${Math.floor((all % 86_400) / 3600)} h`;
}

/** How long ago an instant was, both by the service's clock. */
export function ago(unixSeconds: number, now: number): string {
  return `${span(Math.max(0, now - unixSeconds))} ago`;
}

export function percent(ratio: number | null): string {
  if (ratio === null) return NONE;
  const hundredths = ratio * 100;
  return `${hundredths >= 10 || Number.isInteger(hundredths) ? hundredths.toFixed(0) : hundredths.toFixed(1)} %`;
}

/** The time of day, where a person looks from. */
export function timeOfDay(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleTimeString("en-GB");
}

/** A state's name as words. */
export function spoken(state: string): string {
  return state.replaceAll("_", " ");
}

/** Those that are named of many. */
const NAMED = 3;

/** The first of them by their names, and how many more there are. */
export function fewOf(names: readonly string[]): string {
  const named = names.slice(0, NAMED).join(", ");
  return names.length > NAMED ? `${named} and ${count(names.length - NAMED)} more` : named;
}
