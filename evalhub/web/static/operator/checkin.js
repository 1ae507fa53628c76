/**
 * The reception desk: admit members, print their tickets (A6). A ticket's number exists on this page until it is cleared;
 * after a reload it can only be printed anew.
 */

import { html, Panel, useEffect, useState } from "../shared/ui.js";
import { act } from "../desk/api.js";
import { moment } from "../desk/frame.js";
import { Step } from "../desk/step.js";
import { o } from "./text.js";

/** @typedef {import("../desk/store.js").Store} Store */
/** @typedef {{session: string, seat: string, room: string, shared_room: boolean, ticket: string, expires: string, roster: string}} Ticket */
/** @typedef {{leaf: string, stratum: string, expert: {name: string, title: string, employer: string}}} MemberName */

/** @type {Ticket[]} */
let printed = [];

/** Tickets go on A6, everything else on the printer's own paper: the sheet is there only while tickets are printed. */
function printTickets() {
  const paper = new CSSStyleSheet();
  paper.replaceSync("@page { size: A6; margin: 8mm; }");
  document.adoptedStyleSheets = [paper];
  print();
  document.adoptedStyleSheets = [];
}

/** @param {Store} store @param {Ticket} ticket */
const keep = (store, ticket) => {
  printed = [...printed.filter((one) => one.seat !== ticket.seat), ticket];
  store.tell();
};

/** Members not admitted yet, with full names: identity is checked here. @param {{store: Store}} props */
export function Admit({ store }) {
  const members = /** @type {import("../desk/types.js").Hall | undefined} */ (store.extra["hall"])?.members ?? [];
  const waiting = members.filter((one) => !one.seat);
  const [names, show] = useState(/** @type {Record<string, MemberName>} */ ({}));
  const leaves = waiting.map((one) => one.leaf).join();
  useEffect(() => {
    void act(store.session, "members").then((found) =>
      show(Object.fromEntries(found.members.map((/** @type {MemberName} */ one) => [one.leaf, one]))));
  }, [leaves]);
  return html`<ul class="list">${waiting.map((one, index) =>
    html`<${Arrival} key=${one.leaf} store=${store} leaf=${one.leaf} name=${names[one.leaf]} first=${index === 0} />`)}</ul>`;
}

/** @param {{store: Store, leaf: string, name: MemberName | undefined, first: boolean}} props */
function Arrival({ store, leaf, name, first }) {
  const [checked, check] = useState(false);
  if (!name) return null;
  const person = name.expert.name;
  return html`<li><b>${person}</b><span>${name.expert.title}</span><span class="soft">${name.expert.employer}</span>
    <label class="choice"><input type="checkbox" checked=${checked} aria-label=${o("identityOf", { name: person })} onChange=${() => check(!checked)} /><span>${o("identity")}</span></label>
    <${Step} store=${store} action="admit" label=${o("admit")} describe=${o("admitFor", { name: person })} primary=${first} disabled=${!checked}
      params=${() => ({ leaf })} done=${(/** @type {Ticket} */ ticket) => keep(store, ticket)} /></li>`;
}

/** Tickets on the screen, and re-prints for seats nobody has taken. @param {{store: Store}} props */
export function Tickets({ store }) {
  const page = /** @type {import("../desk/types.js").Page} */ (store.page);
  const awaited = (/** @type {Ticket} */ one) => page.board.progress.seats.some((seat) => seat.seat === one.seat && !seat.redeemed);
  const here = printed.filter((one) => one.session === store.session && awaited(one));
  const open = page.board.progress.seats.filter((seat) => !seat.redeemed && seat.seat.startsWith(`${page.board.me}/`));
  if (!here.length && !(open.length && page.actions.includes("reprint-ticket"))) return null;
  const clear = () => {
    printed = [];
    store.tell();
  };
  return html`<${Panel} title=${o("tickets")}>
    ${here.length > 0 && html`<p>${o("ticketsNote")}</p><div class="tickets">${here.map((one) => html`<${Paper} one=${one} />`)}</div>
      <div class="row no-print"><button type="button" onClick=${printTickets}>${o("print")}</button><button type="button" class="plain" onClick=${clear}>${o("clear")}</button></div>`}
    ${page.actions.includes("reprint-ticket") && html`<ul class="list no-print">${open.filter((seat) => !here.some((one) => one.seat === seat.seat)).map((seat) => html`
      <li key=${seat.seat}><span class="mono">${seat.seat}</span><${Step} store=${store} action="reprint-ticket" label=${o("reprint")} describe=${o("reprintFor", { seat: seat.seat })}
        consequence=${o("reprintAsk", { seat: seat.seat })} params=${() => ({ seat: seat.seat })} done=${(/** @type {Ticket} */ ticket) => keep(store, ticket)} /></li>`)}</ul>`}
  <//>`;
}

/** @param {{one: Ticket}} props */
const Paper = ({ one }) => html`<article class="ticket" aria-label=${`${o("ticketTitle")} ${one.seat}`}>
  <h3>${o("ticketTitle")}</h3><p class="mono small">${one.session}</p>
  <p>${o("ticketSeat")}<strong class="ticket-seat">${one.seat.split("/")[1]}</strong></p>
  <p>${o("ticketNumber")}<strong class="ticket-number">${one.ticket}</strong></p>
  <p>${o("ticketRoster")}<strong class="ticket-roster mono">${one.roster}</strong></p>
  ${one.shared_room && html`<p><b>${o("ticketShared")}</b></p>`}
  <p class="small">${o("ticketExpires", { time: moment(one.expires) })}</p></article>`;
