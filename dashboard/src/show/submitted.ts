import type { TargetedSubmitEvent } from "../vendor/preact.js";

/** Takes what a form has, and the value of the button that was pressed, instead of leaving the page. */
export function submitted(
  take: (form: FormData, pressed: string | null) => void,
): (event: TargetedSubmitEvent<HTMLFormElement>) => void {
  return (event) => {
    event.preventDefault();
    take(new FormData(event.currentTarget), event.submitter?.getAttribute("value") ?? null);
  };
}
