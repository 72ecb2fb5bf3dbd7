/** Who acts, and with which token: kept for this tab alone, like the viewer's. */

import { mistakeIn } from "./access.js";

const TOKEN = "ballast.operator-token";
const NAME = "ballast.operator-name";

export interface Operator {
  readonly token: string;
  readonly name: string;
}

export function operator(): Operator | null {
  const token = sessionStorage.getItem(TOKEN);
  return token === null ? null : { token, name: sessionStorage.getItem(NAME) ?? "operator" };
}

/** Keep them; a sentence when one of them cannot be it. */
export function keepOperator(token: string, name: string): string {
  const mistake = mistakeIn(token);
  if (mistake) return mistake;
  if (!/^[\x20-\x7e]{1,64}$/.test(name)) return "Your name is 1 to 64 printable ASCII characters; this is not.";
  sessionStorage.setItem(TOKEN, token);
  sessionStorage.setItem(NAME, name);
  return "";
}

export function forgetOperator(): void {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(NAME);
}
