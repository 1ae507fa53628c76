/** Logging in, and making the first account of all. */

import { Bar, Banner, html, useState } from "../shared/ui.js";
import { beijing } from "../shared/clock.js";
import { either } from "../shared/i18n.js";
import { post } from "./api.js";
import { d } from "./text.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./api.js").Problem} Problem */

/** A labelled input over one field of `form`. @param {any} props */
export const Field = ({ label, name, form, change, type = "text", ...rest }) => html`
  <label class="field"><span>${label}</span>
    <input type=${type} name=${name} value=${form[name]} required
      onInput=${(/** @type {any} */ event) => change({ ...form, [name]: event.target.value })} ...${rest} />
  </label>`;

/** The page before the login. @param {{store: Store, title: string}} props */
export function Login({ store, title }) {
  const me = store.me;
  return html`
    <${Bar} title=${title} place=${me ? either(me.title) : ""} />
    <main id="main"><div class="narrow">
      ${store.expired && html`<${Banner} tone="warn">${d("loggedOut")}<//>`}
      ${!me && store.lost && html`<${Banner} tone="bad">${store.lost.sentence}<//>`}
      ${me?.setup ? html`<${Setup} store=${store} />` : html`<${Form} store=${store} />`}
    </div></main>`;
}

/** @param {{store: Store}} props */
function Form({ store }) {
  const [form, change] = useState({ name: "", password: "", code: "" });
  const [error, fail] = useState("");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    try {
      const greeting = await post("/api/login", form);
      sessionStorage.setItem("evalhub-greeting", JSON.stringify(greeting));
      await store.begin();
      await store.refresh();
    } catch (problem) {
      fail(/** @type {Problem} */ (problem).sentence);
      change({ ...form, code: "" });
    }
  };
  return html`<form class="panel" onSubmit=${submit}>
    <h1>${d("logIn")}</h1>
    ${error && html`<${Banner} tone="bad" role="alert">${error}<//>`}
    <${Field} label=${d("account")} name="name" form=${form} change=${change} autocomplete="username" />
    <${Field} label=${d("password")} name="password" type="password" form=${form} change=${change} autocomplete="current-password" />
    <${Field} label=${d("code")} name="code" form=${form} change=${change} autocomplete="one-time-code" inputmode="numeric" />
    <button class="primary">${d("logIn")}</button>
  </form>`;
}

/** @param {{store: Store}} props */
function Setup({ store }) {
  const [form, change] = useState({ setup: "", name: "", password: "", code: "" });
  const [secret, show] = useState(/** @type {{text: string, uri: string} | null} */ (null));
  const [error, fail] = useState("");
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    fail("");
    try {
      if (!secret) show(await post("/api/setup", { setup: form.setup }));
      else {
        await post("/api/setup/account", form);
        await store.begin();
      }
    } catch (problem) {
      fail(/** @type {Problem} */ (problem).sentence);
    }
  };
  return html`<form class="panel" onSubmit=${submit}>
    <h1>${d("setupTitle")}</h1><p>${d("setupLead")}</p>
    ${error && html`<${Banner} tone="bad" role="alert">${error}<//>`}
    <${Field} label=${d("setupCode")} name="setup" form=${form} change=${change} autocomplete="off" />
    ${secret && html`
      <${Field} label=${d("account")} name="name" form=${form} change=${change} autocomplete="username" maxlength="64" />
      <${Field} label=${d("setupPassword")} name="password" type="password" form=${form} change=${change} autocomplete="new-password" minlength="12" />
      <p>${d("setupSecret")}<br /><b class="mono">${secret.text.replace(/(.{4})/g, "$1 ")}</b></p>
      <${Field} label=${d("code")} name="code" form=${form} change=${change} autocomplete="one-time-code" inputmode="numeric" />`}
    <button class="primary">${secret ? d("create") : d("next")}</button>
  </form>`;
}

/** What a person is told once after logging in. */
export function Greeting() {
  const [greeting, dismiss] = useState(() => JSON.parse(sessionStorage.getItem("evalhub-greeting") ?? "null"));
  if (!greeting || (!greeting.last && !greeting.failures)) return null;
  const close = () => (sessionStorage.removeItem("evalhub-greeting"), dismiss(null));
  setTimeout(() => sessionStorage.removeItem("evalhub-greeting"));
  return html`<${Banner} tone=${greeting.failures ? "warn" : "info"}>
    <p>${greeting.failures ? d("failures", { count: greeting.failures }) : d("lastLogin", { time: beijing(greeting.last) })}
    <button class="plain" onClick=${close} type="button">✕</button></p><//>`;
}
