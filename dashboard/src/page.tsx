import { kept } from "./access/access.js";
import { operator } from "./access/operator.js";
import { TokenForm } from "./access/token-form.js";
import { DialogContext } from "./act/actions.js";
import type { Acting } from "./act/acting.js";
import type { DeadLetterDesk } from "./act/dead-letters.js";
import { DeadLettersDialog } from "./act/dead-letters-dialog.js";
import { ActionDialog } from "./act/dialog.js";
import { Cards } from "./cards.js";
import { FirstVisit, isFirstVisit } from "./first-visit.js";
import type { Board } from "./live/board.js";
import type { Instant } from "./live/clock.js";
import { type Controls, Masthead } from "./masthead.js";
import { theme } from "./theme.js";
import { Fragment, h, type VNode } from "./vendor/preact.js";
import { type Judged, Verdict } from "./verdict.js";

interface Contents {
  readonly board: Board;
  readonly judged: Judged; // of what the board knows
  readonly acting: Acting;
  readonly deadLetters: DeadLetterDesk;
  readonly mistake: string; // in the token that was typed
  readonly due: Instant | null;
  readonly controls: Controls;
  readonly enter: (token: string) => void;
}

/** The whole page: a function of what is known, and of the time. */
export function Page({ board, judged, acting, deadLetters, mistake, due, controls, enter }: Contents): VNode {
  const { readings, chosen, access } = board;
  const { known } = judged;
  const dialogs = {
    act: acting.open.bind(acting),
    showDeadLetters: deadLetters.open.bind(deadLetters),
  };
  return (
    <Fragment>
      <a class="skip" href="#main">To the figures</a>
      <Masthead
        readings={readings}
        chosen={chosen}
        due={due}
        at={known.at}
        theme={theme()}
        signedIn={kept() !== ""}
        acts={operator()?.name ?? ""}
        controls={controls}
      />
      <DialogContext.Provider value={dialogs}>
        <main id="main" tabIndex={-1}>
          {access !== "granted" && <TokenForm access={access} mistake={mistake} enter={enter} />}
          {access === "granted" && isFirstVisit(readings) && <FirstVisit readings={readings} />}
          {access === "granted" && !isFirstVisit(readings) && <Verdict {...judged} />}
          {access === "granted" && <Cards board={board} known={known} />}
        </main>
        {acting.dialogue && <ActionDialog acting={acting} dialogue={acting.dialogue} />}
        {deadLetters.shelf && <DeadLettersDialog desk={deadLetters} shelf={deadLetters.shelf} />}
      </DialogContext.Provider>
    </Fragment>
  );
}
