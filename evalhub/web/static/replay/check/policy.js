/** Who must have signed: the policy as it follows from the first entry (§3 of the archive format). */

import { readVkey } from "./notes.js";

/** The policy that must follow from the first entry, given the order of its witnesses. @param {string} written @param {any} opening */
export function policyFits(written, opening) {
  const lines = written.split("\n");
  const parties = lines.filter((line) => line.startsWith("witness ")).map((line) => line.split(" ")[1]);
  const witness = new Map(opening.parties.map((/** @type {any} */ party) => [party.name, party.witness]));
  const right = parties.length === witness.size && parties.every((name) => witness.has(name)) && new Set(parties).size === witness.size;
  const expected = [
    `log ${opening.log}`,
    ...parties.map((name) => `witness ${name} ${witness.get(name)}`),
    `group everyone all ${parties.join(" ")}`,
    "quorum everyone",
    "",
  ];
  return right && expected.join("\n") === written;
}

/** Log and witness keys of the first entry. @param {any} opening */
export const signers = (opening) => [opening.log, ...opening.parties.map((/** @type {any} */ party) => party.witness)].map(readVkey);
