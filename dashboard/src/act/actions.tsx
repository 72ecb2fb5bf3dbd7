import { createContext, h, type VNode } from "../vendor/preact.js";
import type { Action } from "./action.js";

/** Opens the dialogs of what may be done. */
export interface Desk {
  readonly act: (action: Action) => void;
  readonly showDeadLetters: (agent: string) => void;
}

export const Desks = createContext<Desk | null>(null);

/** The actions on one object, a button each. */
export function Actions({ choices }: { readonly choices: readonly Action[] }): VNode {
  return (
    <Desks.Consumer>
      {(desk) =>
        desk && (
          <p class="actions">
            {choices.map((action) => (
              <button type="button" class="quiet" key={action.verb} aria-label={action.title} onClick={() => desk.act(action)}>
                {action.verb}
              </button>
            ))}
          </p>
        )
      }
    </Desks.Consumer>
  );
}

/** Opens an agent's dead letters. */
export function DeadLettersButton({ agent }: { readonly agent: string }): VNode {
  return (
    <Desks.Consumer>
      {(desk) =>
        desk && (
          <button type="button" class="quiet" aria-label={`Dead letters of ${agent}`} onClick={() => desk.showDeadLetters(agent)}>
            Dead letters
          </button>
        )
      }
    </Desks.Consumer>
  );
}
