import { after, type Instant, now, secondsBetween } from "./clock.js";
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
  #wanted = false; // once more, when the poll under way is over
  #unanswered = 0;
  #due: Instant | null = null;

  constructor(poll: () => Promise<Polled>) {
    this.#poll = poll;
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#schedule(now());
      else this.pollNow();
    });
    window.addEventListener("online", () => this.pollNow());
  }

  /** When the next poll is due; null while one is under way or none is planned. */
  get due(): Instant | null {
    return this.#due;
  }

  /** Poll at once, or when the poll under way is over: what it asked for may have been answered already. */
  pollNow(): void {
    if (this.#underWay) this.#wanted = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    const began = now();
    this.#underWay = true;
    this.#wanted = false;
    this.#stop();
    let again = true;
    try {
      const polled = await this.#poll();
      again = polled.again;
      this.#unanswered = polled.answered ? 0 : this.#unanswered + 1;
    } finally {
      this.#underWay = false;
      if (again && this.#wanted) this.pollNow();
      else if (again) this.#schedule(began);
    }
  }

  /** From the beginning of a poll: an answer that is long in coming must not put off the others' next ones. */
  #schedule(began: Instant): void {
    if (this.#underWay) return;
    this.#stop();
    const at = now();
    const wait = Math.max(0, pause(this.#unanswered, document.hidden) - secondsBetween(began, at));
    this.#due = after(at, wait);
    this.#timer = window.setTimeout(() => this.pollNow(), wait * 1000);
  }

  #stop(): void {
    window.clearTimeout(this.#timer);
    this.#due = null;
  }
}
