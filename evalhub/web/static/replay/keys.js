/** The keyboard: ←/→ one entry, with Shift ten, Space play, Home/End, `a` next alert. One can switch it off. */

/** @typedef {import("./store.js").Store} Store */

const STEP = 10;

/** @param {Store} store */
export function listen(store) {
  addEventListener("keydown", (event) => {
    if (!store.keys || event.altKey || event.ctrlKey || event.metaKey || typing(event)) return;
    const act = action(store, event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** @param {Store} store @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function action(store, event) {
  const step = event.shiftKey ? STEP : 1;
  switch (event.key) {
    case "ArrowLeft": return () => store.go(store.cursor - step);
    case "ArrowRight": return () => store.go(store.cursor + step);
    case "Home": return () => store.go(0);
    case "End": return () => store.go(store.size - 1);
    case "a": return () => store.nextAlert();
    case " ": return pressing(event) ? undefined : () => store.play();
    default: return undefined;
  }
}

/** Text, and lists that arrows choose from, keep their keys; the slider's are the same as ours. @param {KeyboardEvent} event */
function typing(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (target.matches("select, textarea, [contenteditable], pre, .scroll")) return true;
  return target.matches("input") && !target.matches('[type="range"], [type="checkbox"]');
}

/** Space presses what has the focus. @param {KeyboardEvent} event */
const pressing = (event) => /** @type {HTMLElement} */ (event.target).matches("button, a, input, summary");
