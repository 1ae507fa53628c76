/** The track with its controls: drawing, playhead, slider, buttons. */

import { beijing, beijingTime } from "../shared/clock.js";
import { settings } from "../shared/settings.js";
import { Glyph, html, Panel, useEffect, useRef, useState } from "../shared/ui.js";
import { across, draw, nearest, rowsOf } from "./lanes.js";
import { r, word } from "./text.js";
import { bands, places } from "./track.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Overview} Overview */

/** Height of a lane in rem; page.css has the same. */
const LANE = 1.25;
const SPEEDS = [1, 10, 60, 600, 3600];

/** Hub time of an entry, its hours only if `short`. @param {number} ms @param {boolean} [short] */
export const timeOf = (ms, short) => (short ? beijingTime(ms) : beijing(ms));

/** @param {{store: Store, overview: Overview}} props */
export const Track = ({ store, overview }) => html`
  <${Panel} title=${r("lanes")}>
    <${Slider} store=${store} overview=${overview} />
    <${Buttons} store=${store} overview=${overview} />
    <${Drawing} store=${store} overview=${overview} />
    <${Choices} store=${store} overview=${overview} />
  <//>`;

/** @param {{store: Store, overview: Overview}} props */
function Drawing({ store, overview }) {
  const canvas = useRef(/** @type {HTMLCanvasElement | null} */ (null));
  const [width, resize] = useState(0);
  const lanes = ["hub", ...overview.sites, ...overview.seats];
  const at = usePlaces(store, overview);
  useEffect(() => {
    const box = /** @type {HTMLElement} */ (canvas.current?.parentElement);
    const watch = new ResizeObserver(() => resize(box.clientWidth));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) * LANE;
    if (canvas.current && width) draw(canvas.current, { overview, at, lanes, width, unit });
  }, [overview, at, width, settings.language, settings.scale]);
  const jump = (/** @type {MouseEvent} */ event) => store.go(nearest(at, event.offsetX, width));
  const left = `${across(at[store.cursor] ?? 0, width)}px`;
  return html`<div class="drawing">
    <ol class="lane-names" aria-hidden="true">${[r("phases"), r("density"), ...lanes, r("alerts")].map((lane) => html`<li>${lane}</li>`)}</ol>
    <div class="canvas" style=${{ height: `${rowsOf(lanes) * LANE}rem` }}>
      <canvas ref=${canvas} role="img" aria-label=${r("chart")} onClick=${jump}></canvas>
      <div class="playhead" data-playhead style=${{ left }}></div>
    </div>
  </div>
  <ul class="legend" aria-hidden="true"><li class="l-tick">${r("legendTick")}</li><li class="l-sealed">${r("legendSealed")}</li><li class="l-gate">${r("legendGate")}</li><li class="l-alert">${r("legendAlert")}</li></ul>`;
}

/** Places of all entries, worked out once for a record and an axis. @param {Store} store @param {Overview} overview */
function usePlaces(store, overview) {
  const kept = useRef(/** @type {{overview: Overview, axis: string, skip: boolean, at: number[]} | null} */ (null));
  const { axis, skip } = store;
  if (kept.current?.overview !== overview || kept.current.axis !== axis || kept.current.skip !== skip) {
    kept.current = { overview, axis, skip, at: places(overview.rows, axis, skip) };
  }
  return kept.current.at;
}

/** @param {{store: Store, overview: Overview}} props */
function Slider({ store, overview }) {
  const row = overview.rows[store.cursor];
  const says = row ? r("sliderText", { time: timeOf(row.ms, true), n: store.cursor + 1, m: store.size }) : "";
  return html`<div class="position">
    <input type="range" min="0" max=${Math.max(0, store.size - 1)} step="1" value=${store.cursor} aria-label=${r("slider")} aria-valuetext=${says}
      onInput=${(/** @type {any} */ event) => store.go(Number(event.target.value))} />
    <output class="where" data-where><b>${row ? timeOf(row.ms, true) : "—"}</b> ${store.size ? store.cursor + 1 : 0}/${overview.size}</output>
  </div>`;
}

/** @param {{store: Store, overview: Overview}} props */
const Buttons = ({ store, overview }) => html`<div class="row controls no-print">
  <button onClick=${() => store.go(store.cursor - 1)} disabled=${store.cursor === 0}><${Glyph} shape="left" />${r("back")}</button>
  <button class="primary" data-play onClick=${() => store.play()}>${store.playing ? r("pause") : r("play")}</button>
  <button onClick=${() => store.go(store.cursor + 1)} disabled=${store.cursor >= store.size - 1}>${r("next")} <${Glyph} shape="right" /></button>
  <button onClick=${() => store.nextAlert()} disabled=${!overview.alerts.length}><${Glyph} shape="warn" />${r("nextAlert")}${overview.alerts.length ? ` (${overview.alerts.length})` : ""}</button>
  <label class="choice"><span>${r("speed")}</span><select onChange=${(/** @type {any} */ event) => store.set({ speed: Number(event.target.value) })}>
    ${SPEEDS.map((speed) => html`<option value=${speed} selected=${speed === store.speed}>×${speed}</option>`)}</select></label>
  <label class="choice"><input type="checkbox" checked=${store.skip} onChange=${() => store.set({ skip: !store.skip })} />${r("skipIdle")}</label>
</div>`;

/** @param {{store: Store, overview: Overview}} props */
const Choices = ({ store, overview }) => html`<div class="row choices no-print">
  <label class="choice"><span>${r("toPhase")}</span><select data-phase onChange=${(/** @type {any} */ event) => store.go(Number(event.target.value))}>
    ${bands(overview.rows).map((band) => html`<option value=${band.from} selected=${band.from <= store.cursor && store.cursor < band.to}>${band.from} · ${word("phase", band.phase)}</option>`)}</select></label>
  <label class="choice"><span>${r("axis")}</span><select onChange=${(/** @type {any} */ event) => store.set({ axis: event.target.value })}>
    <option value="time" selected=${store.axis === "time"}>${r("axisTime")}</option><option value="entry" selected=${store.axis === "entry"}>${r("axisEntry")}</option></select></label>
  <label class="choice"><input type="checkbox" checked=${store.keys} onChange=${() => store.set({ keys: !store.keys })} />${r("keys")}</label>
  <span class="soft small">${r("keysHint")}</span>
</div>`;
