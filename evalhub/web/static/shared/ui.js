/**
 * What every page is made of: `html` templates, hooks, the top bar, glyphs, banners, the question before a step that
 * cannot be taken back. Nothing here opens over the page; nothing relies on colour alone.
 */

import htm from "htm";
import { h } from "preact";

import { beijing } from "./clock.js";
import { choose, settings } from "./settings.js";
import { t } from "./text.js";

export { render } from "preact";
export { useEffect, useRef, useState } from "preact/hooks";

/** @typedef {import("preact").ComponentChildren} Children */

/** Templates: `html\`<p>…</p>\``. @type {(strings: TemplateStringsArray, ...values: any[]) => any} */
export const html = htm.bind(/** @type {any} */ (h));

/** @typedef {"tick" | "cross" | "absent" | "present" | "pen" | "warn" | "sealed" | "dot" | "ring" | "call" | "left" | "right" | "undo" | "redo"} Shape */

/** Drawn shapes on a 16 × 16 grid; the word always stands beside them. @type {Record<Shape, string>} */
const SHAPES = {
  tick: "M2 8.5 6.2 13 14 3.5",
  cross: "M3 3 13 13M13 3 3 13",
  absent: "M8 2.2A5.8 5.8 0 1 1 7.9 2.2",
  present: "M8 2.2A5.8 5.8 0 1 1 7.9 2.2M8 2V14M10.5 4V12M12.6 6V10",
  pen: "M2.5 13.5 3.5 10 11 2.5 13.5 5 6 12.5Z",
  warn: "M8 2 14.5 13.5H1.5ZM8 6V9.5M8 11.2V12.2",
  sealed: "M3 3H13V13H3ZM5.5 8 7.3 10 10.7 6",
  dot: "M8 4.5A3.5 3.5 0 1 1 7.9 4.5M8 6A2 2 0 1 1 7.9 6",
  ring: "M8 3A5 5 0 1 1 7.9 3",
  call: "M3 11.5H13L11.5 9.5V6.5A3.5 3.5 0 0 0 4.5 6.5V9.5ZM6.5 13.5H9.5",
  left: "M10.5 3 5.5 8 10.5 13",
  right: "M5.5 3 10.5 8 5.5 13",
  undo: "M6 3 2.5 6.5 6 10M2.5 6.5H10A3.5 3.5 0 0 1 10 13.5H7",
  redo: "M10 3 13.5 6.5 10 10M13.5 6.5H6A3.5 3.5 0 0 0 6 13.5H9",
};

/** @param {{shape: Shape}} props */
export const Glyph = ({ shape }) =>
  html`<svg class="glyph" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d=${SHAPES[shape]} /></svg>`;

/** A state: shape and word together. @param {{shape: Shape, tone?: string, children?: Children}} props */
export const Mark = ({ shape, tone = "", children }) =>
  html`<span class=${`mark ${tone}`}><${Glyph} shape=${shape} /><span>${children}</span></span>`;

/**
 * The top bar of every page.
 * @param {{title: string, place?: string, children?: Children}} props
 */
export const Bar = ({ title, place, children }) => html`
  <a class="skip" href="#main">${t("skip")}</a>
  <header class="bar">
    <p class="bar-title"><strong>${title}</strong>${place ? html`<span class="bar-place">${place}</span>` : null}</p>
    <div class="bar-state">${children}</div>
    <${Scales} />
    <button class="plain" lang=${settings.language === "en" ? "zh-CN" : "en"} title=${t("languageHint")}
      onClick=${() => choose({ language: settings.language === "en" ? "zh-CN" : "en" })}>${t("language")}</button>
  </header>`;

const Scales = () => html`
  <div class="scales" role="group" aria-label=${t("size")}>
    ${[1, 2, 3].map(
      (scale) => html`<button class="plain" aria-pressed=${String(settings.scale === scale)}
        onClick=${() => choose({ scale: /** @type {1} */ (scale) })}
        >A${"+".repeat(scale - 1)}<span class="hidden"> ${t(/** @type {"size1"} */ (`size${scale}`))}</span></button>`,
    )}
  </div>`;

/** Hub time in words. @param {{ms: number | null}} props */
export const Clock = ({ ms }) =>
  html`<time class="clock" data-clock>${ms === null ? t("noTime") : t("time", { time: beijing(ms) })}</time>`;

/**
 * A sentence across the page. `tone`: "info", "warn", "bad", "good".
 * @param {{tone?: string, role?: string, children?: Children}} props
 */
export const Banner = ({ tone = "info", role = "status", children }) => html`
  <div class=${`banner ${tone}`} role=${role}>
    <${Glyph} shape=${tone === "good" ? "tick" : tone === "info" ? "dot" : "warn"} /><div>${children}</div>
  </div>`;

/** A panel with a heading; `first`: it is the page's own. @param {{title: string, id?: string, first?: boolean, children?: Children}} props */
export const Panel = ({ title, id, first = false, children }) =>
  html`<section class="panel" id=${id} aria-label=${title}>${first ? html`<h1>${title}</h1>` : html`<h2>${title}</h2>`}${children}</section>`;

/** Several short steps; `at` is the one under way. @param {{label: string, steps: string[], at: number}} props */
export const Steps = ({ label, steps, at }) => html`
  <ol class="steps" aria-label=${label}>
    ${steps.map(
      (step, index) => html`<li aria-current=${index === at ? "step" : undefined} class=${index < at ? "past" : ""}>
        ${index < at ? html`<${Glyph} shape="tick" />` : html`<b>${index + 1}</b>`}<span>${step}</span></li>`,
    )}
  </ol>`;
