import { createContext, h, type VNode } from "../vendor/preact.js";
import type { Action } from "./action.js";

/** Opens the dialog of an action; null where nobody may act. */
export const Act = createContext<((action: Action) => void) | null>(null);

/** The actions on one object, a button each. */
export function Actions({ choices }: { readonly choices: readonly Action[] }): VNode {
  return (
    <Act.Consumer>
      {(act) =>
        act && (
          <p class="actions">
            {choices.map((action) => (
              <button type="button" key={action.verb} aria-label={action.title} onClick={() => act(action)}>
                {action.verb}
              </button>
            ))}
          </p>
        )
      }
    </Act.Consumer>
  );
}
