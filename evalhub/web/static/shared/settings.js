/**
 * What a person chose for this computer: language and size of type. Kept in the browser, shown on <html>.
 */

/** @typedef {"zh-CN" | "en"} Language */
/** @typedef {1 | 2 | 3} Scale */

const KEY = "evalhub-settings";

export const settings = { language: /** @type {Language} */ ("zh-CN"), scale: /** @type {Scale} */ (1) };

/** @type {Set<() => void>} */
const watchers = new Set();

/** Be told of every change. @param {() => void} watcher */
export const onSettings = (watcher) => void watchers.add(watcher);

/** Read what was chosen before; call once, before anything is shown. */
export function loadSettings() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (kept.language === "en") settings.language = "en";
    if (kept.scale === 2 || kept.scale === 3) settings.scale = kept.scale;
  } catch {
    // A damaged or forbidden store means the defaults.
  }
  apply();
}

/** @param {{language?: Language, scale?: Scale}} chosen */
export function choose(chosen) {
  Object.assign(settings, chosen);
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Not kept then; it still holds for this page.
  }
  apply();
  for (const watcher of watchers) watcher();
}

function apply() {
  document.documentElement.lang = settings.language;
  document.documentElement.dataset.scale = String(settings.scale);
}
