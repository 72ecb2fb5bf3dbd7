import { Acting } from "./act/acting.js";
import { DeadLetterDesk } from "./act/dead-letters.js";
import { Board } from "./live/board.js";
import { now } from "./live/clock.js";
import { Poller } from "./live/poller.js";
import { serviceNow } from "./live/service-clock.js";
import { Page } from "./page.js";
import { applyTheme, nextTheme } from "./theme.js";
import { titled } from "./title.js";
import { h, render } from "./vendor/preact.js";
import { judged } from "./verdict.js";

const INSTANCE = "instance"; // in the page's address

const root = document.getElementById("page");
if (root === null) throw new Error("the document has no element #page");

let mistake = "";
const board = new Board(show);
const poller = new Poller(() => board.poll());
const acting = new Acting(show, pollNow);
const deadLetters = new DeadLetterDesk(show, pollNow);

function pollNow(): void {
  poller.pollNow();
}

function choose(chosen: string): void {
  const address = new URL(location.href);
  if (chosen) address.searchParams.set(INSTANCE, chosen);
  else address.searchParams.delete(INSTANCE);
  history.replaceState(null, "", address);
  board.choose(chosen);
  poller.pollNow();
}

function turnTheme(): void {
  nextTheme();
  show();
}

function enter(token: string): void {
  mistake = board.enter(token);
  if (!mistake) poller.pollNow();
  show();
}

const controls = { pollNow, choose, turnTheme, leave: () => board.leave(), resign: () => acting.forget() };

function show(): void {
  if (root === null) return;
  const at = now();
  const { readings, samples, chosen, access } = board;
  const verdict = judged({ readings, samples, chosen, now: serviceNow(readings, at), at });
  render(
    <Page
      board={board}
      judged={verdict}
      acting={acting}
      deadLetters={deadLetters}
      mistake={mistake}
      due={poller.due}
      controls={controls}
      enter={enter}
    />,
    root,
  );
  titled(access, verdict);
}

applyTheme();
board.choose(new URL(location.href).searchParams.get(INSTANCE) ?? "");
poller.pollNow();
window.setInterval(show, 1000); // for what is shown grows older
