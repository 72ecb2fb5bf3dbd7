/** Which theme a person wants. Dark is the default; it is kept for this browser, where it lets us keep anything. */
export type Theme = "dark" | "light" | "system";

const KEY = "ballast.theme";
const ORDER: readonly Theme[] = ["dark", "light", "system"];

const light = matchMedia("(prefers-color-scheme: light)");

let chosen: Theme = ORDER.find((each) => each === kept()) ?? "dark";

export function theme(): Theme {
  return chosen;
}

/** What the colours on a screen depend on. To read the colours themselves makes the browser lay out the page first. */
export function appearance(): string {
  return `${chosen} ${light.matches}`;
}

/** Show the page in the theme that is chosen. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = chosen;
}

/** Go on to the next theme. */
export function nextTheme(): void {
  chosen = ORDER[(ORDER.indexOf(chosen) + 1) % ORDER.length] ?? "dark";
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // the browser keeps nothing of this page: the choice holds as long as the page does
  }
  applyTheme();
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
