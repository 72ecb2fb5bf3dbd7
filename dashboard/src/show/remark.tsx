import { h, type VNode } from "../vendor/preact.js";
import { Sign, type Tone } from "./sign.js";

/** What is to be known of a card before its figures are read. */
export function Remark({ tone, word }: { readonly tone: Tone; readonly word: string }): VNode {
  return (
    <p class="remark">
      <Sign tone={tone} word={word} />
    </p>
  );
}
