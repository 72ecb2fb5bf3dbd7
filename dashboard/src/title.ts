import type { Access } from "./live/board.js";
import type { Judged } from "./verdict.js";

/** Tell the state in the document's title, for whoever has the page among many tabs. */
export function titled(access: Access, { tone, words }: Judged): void {
  const title = `${access === "granted" ? words : "A token is wanted"} – Ballast`;
  if (document.title !== title) document.title = title;
  const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  const href = `/assets/favicon${tone === "good" ? "" : "-trouble"}.svg`;
  if (icon && icon.getAttribute("href") !== href) icon.setAttribute("href", href);
}
