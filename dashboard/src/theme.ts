/** Which theme a person wants: the system's own, or one of the two. It is kept for this browser. */
export type Theme = "system" | "dark" | "light";

const KEY = "ballast.theme";
const ORDER: readonly Theme[] = ["system", "dark", "light"];

export function theme(): Theme {
  const kept = localStorage.getItem(KEY);
  return ORDER.find((each) => each === kept) ?? "system";
}

/** Show the page in the theme that is kept. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme();
}

/** Go on to the next theme. */
export function nextTheme(): void {
  const next = ORDER[(ORDER.indexOf(theme()) + 1) % ORDER.length] ?? "system";
  localStorage.setItem(KEY, next);
  applyTheme();
}
