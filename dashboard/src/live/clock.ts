/** When something happened: by the wall's clock, and by one that nobody sets but that may rest while the machine does. */
export interface Instant {
  readonly wall: number; // milliseconds
  readonly steady: number; // milliseconds
}

export function now(): Instant {
  return { wall: Date.now(), steady: performance.now() };
}

/** Seconds from one instant to another, by the clock that says more: age is never told too small. */
export function secondsBetween(earlier: Instant, later: Instant): number {
  return Math.max(later.wall - earlier.wall, later.steady - earlier.steady, 0) / 1000;
}

/** The instant so many seconds later; earlier, when they are negative. */
export function after(instant: Instant, seconds: number): Instant {
  return { wall: instant.wall + seconds * 1000, steady: instant.steady + seconds * 1000 };
}
