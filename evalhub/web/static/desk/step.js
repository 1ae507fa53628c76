/**
 * A step of a person: a button that first says in words what will follow, then asks again. While one step asks, it is the
 * only one that can be taken on the page.
 */

import { Banner, html, useEffect, useRef, useState } from "../shared/ui.js";
import { t } from "../shared/text.js";
import { act } from "./api.js";
import { d } from "./text.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * @param {object} props
 * @param {Store} props.store
 * @param {string} props.action
 * @param {string} props.label
 * @param {string} [props.consequence] without one the step is taken at once
 * @param {boolean} [props.primary]
 * @param {boolean} [props.danger]
 * @param {boolean} [props.reason] a reason is asked for, and sent as `reason`
 * @param {boolean} [props.note] the same, sent as `text`
 * @param {boolean} [props.disabled]
 * @param {() => unknown} [props.params]
 * @param {(result: any) => void} [props.done]
 * @param {string} [props.describe] what the button is about, for those who hear the page
 */
export function Step({ store, action, label, consequence, primary, danger, reason, note, disabled, params, done, describe }) {
  const words = reason ? "reason" : note ? "text" : "";
  const [asking, ask] = useState(false);
  const [text, type] = useState("");
  const [error, fail] = useState("");
  const [busy, work] = useState(false);
  const panel = useRef(/** @type {HTMLElement | null} */ (null));
  const left = useRef(false); // the question was put aside: the focus goes back to the button
  useEffect(() => {
    if (asking || left.current) /** @type {HTMLElement | null} */ (panel.current?.querySelector("textarea, button"))?.focus();
    left.current = false;
  }, [asking]);
  const aside = () => ((left.current = true), ask(false));
  const go = async () => {
    if (words && !text.trim()) return fail(d("reasonNeeded"));
    work(true);
    fail("");
    try {
      const given = /** @type {object} */ (params?.() ?? {});
      const result = await act(store.session, action, words ? { ...given, [words]: text.trim() } : given);
      ask(false);
      type("");
      done?.(result);
      await store.refresh();
      document.querySelector(/** @type {"section"} */ (".now"))?.focus();
    } catch (problem) {
      fail(/** @type {import("./api.js").Problem} */ (problem).sentence ?? String(problem));
    }
    work(false);
  };
  const problem = error && html`<${Banner} tone="bad" role="alert">${error}<//>`;
  const style = danger ? "seal" : primary ? "primary" : "";
  if (!asking)
    return html`<div class="step" ref=${panel}>${problem}<button type="button" class=${primary ? "primary" : ""} data-action=${action}
      aria-label=${describe} disabled=${disabled || busy} onClick=${() => (consequence ? ask(true) : go())}>${label}</button></div>`;
  return html`<section class="asking" role="group" aria-label=${label} ref=${panel}
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && aside()}>
    <p><b>${label}</b></p><p>${consequence}</p>${problem}
    ${words && html`<label class="field"><span>${d(note ? "note" : "reason")}</span>
      <textarea value=${text} maxlength="4000" onInput=${(/** @type {any} */ e) => type(e.target.value)}></textarea></label>`}
    <div class="row">
      <button type="button" class=${style || "primary"} data-confirm=${action} disabled=${busy} onClick=${go}>${d("confirm", { what: label })}</button>
      <button type="button" class="plain" onClick=${aside}>${t("cancel")}</button>
    </div></section>`;
}
