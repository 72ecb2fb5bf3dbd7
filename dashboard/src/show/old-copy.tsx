import { h, type VNode } from "../vendor/preact.js";
import { span } from "./figures.js";
import { Sign } from "./sign.js";

interface Contents {
  readonly of: string; // what it is a copy of
  readonly copyAge: number | null; // seconds; null: it was never read
  readonly problem: string;
}

/** That what is shown may be out of date, since the control store cannot be read; nothing while it can. */
export function OldCopy({ of, copyAge, problem }: Contents): VNode | null {
  if (!problem) return null;
  const read = copyAge === null ? "it was never read" : `it was read ${span(copyAge)} ago`;
  return (
    <p class="failure">
      <Sign tone="unknown" word={`${of} may not be up to date, ${read}: ${problem}`} />
    </p>
  );
}
