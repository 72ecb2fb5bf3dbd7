/** What an axis is in. */
export type Unit = "seconds" | "count";

/** How the values on an axis read: with the decimals that tell its steps apart, and in one unit. */
export function ticks(values: readonly number[], step: number, unit: Unit): string[] {
  if (unit === "count") return written(values, step, "");
  if ((values.at(-1) ?? 0) >= 1) return written(values, step, " s");
  return written(values.map(thousandfold), thousandfold(step), " ms");
}

/** Steps are 1, 2, 2.5 or 5 times a power of ten. */
function written(values: readonly number[], step: number, unit: string): string[] {
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(step)));
  const format = new Intl.NumberFormat("en", { maximumFractionDigits: decimals });
  return values.map((value) => `${format.format(value)}${unit}`);
}

function thousandfold(value: number): number {
  return value * 1000;
}
