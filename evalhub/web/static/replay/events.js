/** The table of entries around the playhead; choosing one moves the playhead, and the table follows it. */

import { settings } from "../shared/settings.js";
import { Glyph, html, Mark, Panel, useEffect, useState } from "../shared/ui.js";
import { get } from "./store.js";
import { r, word } from "./text.js";
import { alertsAt, KIND_NAMES, upTo } from "./track.js";
import { timeOf } from "./view.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./types.js").Overview} Overview */
/** @typedef {import("./types.js").Row} Row */

const SHOWN = 15;

/** @param {{store: Store, overview: Overview}} props */
export function Events({ store, overview }) {
  const [shift, move] = useState(0);
  useEffect(() => move(0), [store.cursor, store.listed]);
  const centre = Math.max(0, upTo(store.listed, store.cursor) - 1) + shift * SHOWN;
  const last = Math.max(0, store.listed.length - SHOWN);
  const from = Math.min(Math.max(0, centre - Math.floor(SHOWN / 2)), last);
  const seqs = store.listed.slice(from, from + SHOWN);
  return html`<${Panel} title=${r("events")}>
    <${Filters} store=${store} overview=${overview} />
    ${seqs.length === 0 ? html`<p>${r("none")}</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label=${r("eventsTable")}>
      <table class="entries"><caption>${r("dated", { date: dateOf(overview.rows[seqs[0] ?? 0]) })}</caption><thead><tr><th scope="col">${r("number")}</th><th scope="col">${r("clock")}</th><th scope="col">${r("who")}</th><th scope="col">${r("what")}</th></tr></thead>
      <tbody>${seqs.map((seq) => html`<${Entry} key=${seq} store=${store} overview=${overview} row=${overview.rows[seq]} date=${dateOf(overview.rows[seqs[0] ?? 0])} />`)}
      ${overview.damage && from >= last && html`<tr class="missing"><td class="number">${overview.rows.length}</td><td colspan="3"><${Mark} shape="cross" tone="bad">${r("missingFrom", { entry: overview.rows.length })}<//></td></tr>`}</tbody></table></div>`}
    <div class="row under no-print">
      <button onClick=${() => move(shift - 1)} disabled=${from === 0}><${Glyph} shape="left" />${r("earlier")}</button>
      <button onClick=${() => move(shift + 1)} disabled=${from >= last}>${r("later")} <${Glyph} shape="right" /></button>
      <span class="soft small">${r("shownOf", { count: store.listed.length })}</span>
    </div>
  <//>`;
}

/** @param {{store: Store, overview: Overview}} props */
const Filters = ({ store, overview }) => html`<div class="row filters no-print">
  <label class="choice"><span>${r("filterKind")}</span><select data-kind onChange=${(/** @type {any} */ event) => store.choose({ kind: event.target.value })}>
    <option value="">${r("all")}</option>${KIND_NAMES.map((kind) => html`<option value=${kind} selected=${kind === store.filter.kind}>${word("kind", kind)}</option>`)}</select></label>
  <label class="choice"><span>${r("filterWho")}</span><select data-who onChange=${(/** @type {any} */ event) => store.choose({ who: event.target.value })}>
    <option value="">${r("all")}</option>${["hub", ...overview.sites, ...overview.seats].map((who) => html`<option value=${who} selected=${who === store.filter.who}>${who}</option>`)}</select></label>
  <${Find} />
</div>`;

/** @param {Row | undefined} row */
const dateOf = (row) => (row ? timeOf(row.ms).slice(0, 10) : "");

/** Its date is said only where it is not that of the whole table. @param {{store: Store, overview: Overview, row: Row, date: string}} props */
function Entry({ store, overview, row, date }) {
  const here = row.seq === store.cursor;
  const kinds = alertsAt(overview, row.seq).map((kind) => word("alert", kind));
  return html`<tr class=${here ? "here" : row.seq > store.cursor ? "ahead" : ""} aria-current=${here ? "true" : undefined} onClick=${() => store.go(row.seq)}>
    <td class="number"><a href=${`#seq=${row.seq}`}>${row.seq}</a></td><td class="nowrap">${timeOf(row.ms, dateOf(row) === date)}</td><td class="nowrap">${row.seat || row.site}</td>
    <td>${kinds.length > 0 && html`<strong class="alert"><${Glyph} shape="warn" /> ${kinds.join(" · ")}</strong> `}${settings.language === "en" ? row.en : row.zh}${here && html` <span class="mono small" lang="en">${row.type}</span>`}</td></tr>`;
}

/** Search by the code that an expert wrote down. */
function Find() {
  const [code, type] = useState("");
  const [hits, hit] = useState(/** @type {number[] | null} */ (null));
  const search = async (/** @type {Event} */ event) => {
    event.preventDefault();
    hit(await get(`/find?code=${encodeURIComponent(code)}`).catch(() => []));
  };
  return html`<form class="row find" role="search" onSubmit=${search}>
    <label class="choice"><span>${r("find")}</span><input class="mono" size="20" value=${code} maxlength="80" autocomplete="off" spellcheck=${false} data-find
      onInput=${(/** @type {any} */ event) => (type(event.target.value), hit(null))} /></label>
    <button>${r("findGo")}</button>
    <span role="status" data-found>${hits === null ? "" : hits.length ? html`${r("found")}${hits.map((seq) => html`<a href=${`#seq=${seq}`}>${seq}</a> `)}` : r("foundNone")}</span>
  </form>`;
}
