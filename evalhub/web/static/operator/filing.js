/** A new session, or a changed plan: the file with every mistake at its place, who draws what, the rooms, the window. */

import { beijing } from "../shared/clock.js";
import { either } from "../shared/i18n.js";
import { settings } from "../shared/settings.js";
import { Banner, html, useEffect, useState } from "../shared/ui.js";
import { t } from "../shared/text.js";
import { act, get, post } from "../desk/api.js";
import { link } from "../desk/frame.js";
import { Table } from "../desk/parts.js";
import { d } from "../desk/text.js";
import { Rooms, suggest } from "./pairing.js";
import { o } from "./text.js";

/** @typedef {import("../desk/types.js").Plan} Plan */
/** @typedef {import("../desk/types.js").Project} Project */
/** @typedef {import("../desk/types.js").Stratum} Stratum */
/** @typedef {import("../desk/types.js").Centre} Centre */
/** @typedef {{file: string, path: string, found: string, zh: string, en: string}} Mistake */
/** @typedef {{strata: {specialty: string, need: string, reserves: string}[]}} ShareForm */

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** For an input of type datetime-local, Beijing time. @param {number} ms */
const local = (ms) => beijing(ms).slice(0, 16).replace(" ", "T");
/** @param {string} value */
const stamp = (value) => new Date(Date.parse(`${value}:00Z`) - 8 * HOUR).toISOString();

/** @param {{mistakes: Mistake[], title: string}} props */
const Mistakes = ({ mistakes, title }) => html`<${Banner} tone="bad" role="alert">${title}<//>
  <${Table} label=${title} head=${[o("place"), o("todo")]} rows=${mistakes.map((one) => [
    html`<span class="mono">${one.file} ${one.path}</span>`, settings.language === "en" ? one.en : one.zh])} />`;

/** @param {{store: import("../desk/store.js").Store, page?: import("../desk/types.js").Page}} props */
export function NewSession({ store, page }) {
  const [centre, know] = useState(/** @type {Centre | null} */ (null));
  const [project, file] = useState(/** @type {Project | null} */ (page?.board.plan?.project ?? null));
  const [setup, prepare] = useState(/** @type {any} */ (null));
  const [mistakes, found] = useState(/** @type {Mistake[]} */ ([]));
  const [error, fail] = useState("");
  useEffect(() => void get("/api/centre").then(know, (problem) => fail(problem.sentence)), []);
  const chosen = async (/** @type {any} */ event) => {
    fail("");
    try {
      const files = await Promise.all([...event.target.files].map(read));
      const filed = await post("/api/files", { files });
      file(filed.project);
      prepare(filed.setup);
      found(filed.mistakes);
    } catch (problem) {
      fail(/** @type {any} */ (problem).sentence ?? String(problem));
    }
  };
  return html`<section class=${page ? "" : "panel"} aria-label=${o("newSession")}>
    ${!page && html`<h1>${o("newSession")}</h1>`}
    <h2>${o("fileTitle")}</h2><p>${o("fileLead")}</p>
    <label class="field"><span>${o("fileLabel")}</span><input type="file" multiple accept=".xlsx,.yaml,.yml,.json" onChange=${chosen} /></label>
    ${error && html`<${Banner} tone="bad" role="alert">${error}<//>`}
    ${mistakes.length > 0 && html`<${Mistakes} mistakes=${mistakes} title=${o("mistakes", { count: mistakes.length })} />`}
    ${project && !mistakes.length && html`<${Banner} tone="good">${o("fileGood", { code: project.code, bidders: project.bidders.length, size: project.committee.size })}<//>`}
    ${project && !mistakes.length && centre && html`<${PlanForm} key=${`${project.code}${setup ? "+" : ""}`} store=${store} page=${page} project=${project} setup=${setup} centre=${centre} />`}
  </section>`;
}

/** @param {File} file */
async function read(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return { name: file.name, data: btoa(text) };
}

/** @param {{store: import("../desk/store.js").Store, page: import("../desk/types.js").Page | undefined, project: Project, setup: any, centre: Centre}} props */
function PlanForm({ store, page, project, setup, centre }) {
  const me = /** @type {import("../desk/types.js").Me} */ (store.me).party;
  const plan = page?.board.plan ?? null;
  const fixed = page ? page.board.parties.filter((party) => party.role === "guest").map((party) => party.name) : null;
  const now = store.clock.now() ?? Date.now();
  const all = centre.parties.filter((party) => party.role === "guest" && (!fixed || fixed.includes(party.name)));
  const rooms = centre.rooms?.rooms ?? [];
  const watching = centre.parties.filter((party) => party.role === "oversight");
  const from = plan?.shares ?? (setup ? [setup.host, ...setup.guests].map((one) => ({ centre: one.name, strata: one.strata })) : []);
  const [form, change] = useState({
    number: `S-${beijing(now).slice(0, 16).replace(/[-: ]/g, "")}`, rehearsal: true,
    opens: local(plan ? Date.parse(plan.window.opens) : now), closes: local(plan ? Date.parse(plan.window.closes) : now + DAY / 2),
  });
  const [guests, choose] = useState(all.map((party) => party.name));
  const [chosen, offer] = useState(plan?.host_rooms ?? []);
  const [shares, share] = useState(/** @type {Record<string, ShareForm>} */ (Object.fromEntries([me, ...all.map((party) => party.name)].map((name) =>
    [name, { strata: (from.find((one) => one.centre === name)?.strata ?? [{ specialty: "", need: 1, reserves: 1 }]).map((/** @type {Stratum} */ row) => ({ specialty: row.specialty, need: String(row.need), reserves: String(row.reserves) })) }]))));
  const [wrong, found] = useState(/** @type {Mistake[]} */ ([]));
  const [error, fail] = useState("");
  const [asking, ask] = useState(false);
  const names = [me, ...guests];
  const sum = names.flatMap((name) => shares[name]?.strata ?? []).reduce((total, row) => total + (Number(row.need) || 0), 0);
  /** @returns {Plan} */
  const made = () => ({
    revision: (plan?.revision ?? 0) + 1,
    project,
    shares: names.map((name) => ({ centre: name, strata: (shares[name]?.strata ?? []).map((row, index) => ({
      code: `s${index + 1}`, specialty: row.specialty.trim().toUpperCase(), need: Number(row.need), reserves: Number(row.reserves) })) })),
    host_rooms: chosen,
    window: { opens: stamp(form.opens), closes: stamp(form.closes) },
    calendar: plan?.calendar ?? setup?.calendar ?? { holidays: [], workdays: [] },
  });
  const own = () => (shares[me]?.strata ?? []).reduce((total, row) => total + (Number(row.need) || 0), 0) || 1;
  const again = () => void suggest(own(), { opens: stamp(form.opens), closes: stamp(form.closes) }).then((found) => offer(found.rooms), (problem) => fail(problem.sentence));
  useEffect(() => {
    if (!plan) again();
  }, []);
  const check = async () => {
    fail("");
    try {
      const { mistakes } = await post("/api/plan", made());
      found(mistakes);
      ask(!mistakes.length);
    } catch (problem) {
      fail(/** @type {any} */ (problem).sentence ?? String(problem));
    }
  };
  const go = async () => {
    const session = page ? store.session : form.number;
    try {
      if (!page && !store.sessions.some((row) => row.session === session)) {
        await act(session, "open", { title: project.title, rehearsal: form.rehearsal, others: [...guests, ...watching.map((party) => party.name)] });
      }
      await act(session, "propose", { plan: made() });
      location.hash = link(session);
      await store.open(session);
    } catch (problem) {
      fail(/** @type {any} */ (problem).sentence ?? String(problem));
    }
    ask(false);
  };
  const set = (/** @type {string} */ name) => (/** @type {any} */ event) => change({ ...form, [name]: event.target.type === "checkbox" ? event.target.checked : event.target.value });
  const title = (/** @type {string} */ name) => { const party = centre.parties.find((one) => one.name === name); return party ? either(party.title) : name; };
  const label = page?.board.plan ? o("reinvite") : o("invite");
  return html`<h2>${o("planTitle")}</h2>
    ${!page && html`<div class="grid">
      <label class="field"><span>${o("number")}</span><input value=${form.number} onInput=${set("number")} pattern="[A-Za-z0-9][A-Za-z0-9-]{2,47}" /></label>
      <label class="choice"><input type="checkbox" checked=${form.rehearsal} onChange=${set("rehearsal")} /><span>${o("rehearsal")}</span></label>
    </div>
    <fieldset><legend>${o("guests")}</legend><div class="grid">${all.map((party) => html`<label class="choice"><input type="checkbox" checked=${guests.includes(party.name)}
      onChange=${() => choose(guests.includes(party.name) ? guests.filter((name) => name !== party.name) : [...guests, party.name])} /><span>${either(party.title)}</span></label>`)}</div></fieldset>
    <p>${o("watching")}：${watching.map((party) => either(party.title)).join("，")}</p>`}
    <div class="grid">
      <label class="field"><span>${o("opens")}</span><input type="datetime-local" value=${form.opens} onInput=${set("opens")} /></label>
      <label class="field"><span>${o("closes")}</span><input type="datetime-local" value=${form.closes} onInput=${set("closes")} /></label></div>
    ${names.map((name) => html`<${ShareRows} key=${name} title=${title(name)} form=${shares[name]} centre=${centre}
      change=${(/** @type {ShareForm} */ rows) => (found([]), share({ ...shares, [name]: rows }))} />`)}
    <p class=${sum === project.committee.size ? "" : "error"}>${o("sum", { sum, size: project.committee.size })}</p>
    <${Rooms} rooms=${rooms} chosen=${chosen} choose=${(/** @type {import("../desk/types.js").Room[]} */ rooms) => (found([]), offer(rooms))} again=${again} />
    ${error && html`<${Banner} tone="bad" role="alert">${error}<//>`}
    ${wrong.length > 0 && html`<${Mistakes} mistakes=${wrong} title=${o("planMistakes", { count: wrong.length })} />`}
    ${asking ? html`<section class="asking" role="group" aria-label=${label}><p>${o("inviteAsk", { session: page ? store.session : form.number, guests: guests.map(title).join("，") })}</p>
        <div class="row"><button type="button" class="primary" data-confirm="propose" onClick=${go}>${d("confirm", { what: label })}</button>
        <button type="button" class="plain" onClick=${() => ask(false)}>${t("cancel")}</button></div></section>`
      : html`<button type="button" class="primary" data-action="propose" onClick=${check}>${label}</button>`}`;
}

/** @param {{title: string, form: ShareForm, centre: Centre, change: (form: ShareForm) => void}} props */
function ShareRows({ title, form, centre, change }) {
  const put = (/** @type {number} */ at, /** @type {string} */ name) => (/** @type {any} */ event) =>
    change({ strata: form.strata.map((row, index) => (index === at ? { ...row, [name]: event.target.value } : row)) });
  const listed = (/** @type {string} */ code) => {
    const wanted = code.trim().toUpperCase();
    const name = centre.specialties.find((one) => one.code === wanted)?.name ?? centre.specialties.find((one) => wanted.length === 7 && one.code === wanted.slice(0, 5))?.name;
    return code ? (name ?? o("listedName")) : "";
  };
  return html`<fieldset><legend>${o("strataOf", { centre: title })}</legend>
    ${form.strata.map((row, index) => html`<div class="row share">
      <label class="field"><span>${o("specialtyCode")}</span><input value=${row.specialty} onInput=${put(index, "specialty")} size="8" /></label>
      <span class="soft listed">${listed(row.specialty)}</span>
      <label class="field"><span>${o("need")}</span><input type="number" min="1" max="99" value=${row.need} onInput=${put(index, "need")} /></label>
      <label class="field"><span>${o("reserve")}</span><input type="number" min="0" max="99" value=${row.reserves} onInput=${put(index, "reserves")} /></label>
      ${form.strata.length > 1 && html`<button type="button" class="plain" aria-label=${o("removeRowFor", { centre: title, number: index + 1 })}
        onClick=${() => change({ strata: form.strata.filter((_, at) => at !== index) })}>${o("removeRow")}</button>`}</div>`)}
    <button type="button" aria-label=${o("addRowFor", { centre: title })} onClick=${() => change({ strata: [...form.strata, { specialty: "", need: "1", reserves: "1" }] })}>${o("addRow")}</button>
  </fieldset>`;
}
