import { h, type VNode } from "../vendor/preact.js";

/** How good or bad a state is. Each tone has a colour and a shape, and stands beside a word. */
export type Tone = "good" | "notice" | "warning" | "bad" | "off" | "idle" | "unknown";

const SHAPES: Readonly<Record<Tone, VNode>> = {
  good: (
    <g>
      <circle class="solid" cx="8" cy="8" r="7" />
      <path d="M4.8 8.3 7.1 10.6 11.3 5.9" />
    </g>
  ),
  notice: (
    <g>
      <circle class="line" cx="8" cy="8" r="6" />
      <path class="solid" d="M8 2a6 6 0 0 1 0 12Z" />
    </g>
  ),
  warning: (
    <g>
      <path class="solid" d="M8 1.2 15.4 14.4H.6Z" />
      <path d="M8 5.9V9.7M8 12.1v.1" />
    </g>
  ),
  bad: (
    <g>
      <path class="solid" d="M8 .4 15.6 8 8 15.6.4 8Z" />
      <path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />
    </g>
  ),
  off: (
    <g>
      <rect class="solid" x="1.5" y="1.5" width="13" height="13" rx="2" />
      <path d="M6 5v6M10 5v6" />
    </g>
  ),
  idle: <circle class="line" cx="8" cy="8" r="6" />,
  unknown: (
    <g>
      <circle class="line dashed" cx="8" cy="8" r="6.3" />
      <path class="line" d="M6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.2M8 11.6v.1" />
    </g>
  ),
};

/** The shape of a tone, to be drawn in a box of 16 by 16. */
export function Shape({ tone }: { readonly tone: Tone }): VNode {
  return SHAPES[tone];
}

/** A state: its word, beside the shape of its tone. */
export function Sign({ tone, word }: { readonly tone: Tone; readonly word: string }): VNode {
  return (
    <span class={`sign ${tone}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">{SHAPES[tone]}</svg>
      <span>{word}</span>
    </span>
  );
}
