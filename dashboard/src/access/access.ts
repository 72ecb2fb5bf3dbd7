/** The viewer's token: it is kept for this tab alone, and never stands in an address. */

const KEY = "ballast.viewer-token";

export function kept(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

/** Keep a token; a sentence when it cannot be one. */
export function keep(token: string): string {
  if (!/^[\x21-\x7e]+$/.test(token)) return "A token is printable ASCII without spaces; this is not one.";
  sessionStorage.setItem(KEY, token);
  return "";
}

export function forget(): void {
  sessionStorage.removeItem(KEY);
}
