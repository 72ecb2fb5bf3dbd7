/** The viewer's token: it is kept for this tab alone, and never stands in an address. */

const KEY = "ballast.viewer-token";

export function kept(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

/** Why this cannot be a token, whoever's; "" when it can. */
export function mistakeIn(token: string): string {
  return /^[\x21-\x7e]+$/.test(token) ? "" : "A token is printable ASCII without spaces; this is not one.";
}

/** Keep a token; a sentence when it cannot be one. */
export function keep(token: string): string {
  const mistake = mistakeIn(token);
  if (!mistake) sessionStorage.setItem(KEY, token);
  return mistake;
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}
