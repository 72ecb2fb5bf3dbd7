/**
 * uPlot makes a number format of the browser's language as soon as it is loaded, and throws where that is no language tag. A browser says
 * `en-US@posix` where the system's locale is C.UTF-8, as in containers and on kiosks. The page's own formats name theirs.
 */
export function mendLanguage(): void {
  if (!isTag(navigator.language)) Object.defineProperty(navigator, "language", { value: "en", configurable: true });
}

function isTag(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}
