/** Seconds between two polls while all is well. */
const EVERY = 5;

/** Seconds between two polls at most, while the service is away. */
const AWAY_AT_MOST = 20;

/** Seconds between two polls while nobody looks. */
const HIDDEN = 60;

/** Seconds until the next poll, after so many in a row that nobody answered. */
export function pause(unanswered: number, hidden: boolean): number {
  return hidden ? HIDDEN : Math.min(EVERY * 2 ** unanswered, AWAY_AT_MOST);
}
