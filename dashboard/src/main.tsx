import { Board } from "./live/board.js";
import { now } from "./live/clock.js";
import { Page } from "./page.js";
import { Poller } from "./live/poller.js";
import { h, render } from "./vendor/preact.js";

const root = document.getElementById("page");
if (root === null) throw new Error("the document has no element #page");

let mistake = "";
const board = new Board(show);
const poller = new Poller(() => board.poll());

function show(): void {
  const pollNow = (): void => poller.pollNow();
  const page = <Page board={board} mistake={mistake} due={poller.due} at={now()} pollNow={pollNow} enter={enter} />;
  if (root !== null) render(page, root);
}

function enter(token: string): void {
  mistake = board.enter(token);
  if (!mistake) poller.pollNow();
  show();
}

poller.pollNow();
window.setInterval(show, 1000); // for what is shown grows older
