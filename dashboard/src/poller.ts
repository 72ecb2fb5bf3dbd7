import { type Instant, now } from "./clock.js";
import { pause } from "./pace.js";

/** What a poll came to: whether anybody answered, and whether there is a use in asking again. */
export interface Polled {
  readonly answered: boolean;
  readonly again: boolean;
}

/** Polls again and again: less often while nobody answers or nobody looks, at once when somebody looks again. */
export class Poller {
  readonly #poll: () => Promise<Polled>;
  #timer: number | undefined;
  #underWay = false;
  #unanswered = 0;
  #due: Instant | null = null;

  constructor(poll: () => Promise<Polled>) {
    this.#poll = poll;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#schedule();
      else this.pollNow();
    });
    window.addEventListener("online", () => this.pollNow());
  }

  /** When the next poll is due; null while one is under way or none is planned. */
  get due(): Instant | null {
    return this.#due;
  }

  /** Poll at once, unless a poll is under way. */
  pollNow(): void {
    if (!this.#underWay) void this.#run();
  }

  async #run(): Promise<void> {
    this.#underWay = true;
    this.#stop();
    let again = true;
    try {
      const polled = await this.#poll();
      again = polled.again;
      this.#unanswered = polled.answered ? 0 : this.#unanswered + 1;
    } finally {
      this.#underWay = false;
      if (again) this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#underWay) return;
    this.#stop();
    const wait = pause(this.#unanswered, document.hidden) * 1000;
    const { wall, steady } = now();
    this.#due = { wall: wall + wait, steady: steady + wait };
    this.#timer = window.setTimeout(() => this.pollNow(), wait);
  }

  #stop(): void {
    window.clearTimeout(this.#timer);
    this.#due = null;
  }
}
