import { createContext, h, type VNode } from "../vendor/preact.js";
import type { Action } from "./action.js";

/** Opens the dialogs of what may be done. */
interface Dialogs {
  readonly act: (action: Action) => void;
  readonly showDeadLetters: (agent: string) => void;
}

export const DialogContext = createContext<Dialogs | null>(null);

/** The actions on one object, a button each. */
export function Actions({ choices }: { readonly choices: readonly Action[] }): VNode {
  return (
    <DialogContext.Consumer>
      {(dialogs) =>
        dialogs && (
          <p class="actions">
            {choices.map((action) => (
              <button type="button" class="quiet" key={action.verb} aria-label={action.title} onClick={() => dialogs.act(action)}>
                {action.verb}
              </button>
            ))}
          </p>
        )
      }
    </DialogContext.Consumer>
  );
}

/** Opens an agent's dead letters. */
export function DeadLettersButton({ agent }: { readonly agent: string }): VNode {
  return (
    <DialogContext.Consumer>
      {(dialogs) =>
        dialogs && (
          <button type="button" class="quiet" aria-label={`Dead letters of ${agent}`} onClick={() => dialogs.showDeadLetters(agent)}>
            Dead letters
          </button>
        )
      }
    </DialogContext.Consumer>
  );
}
