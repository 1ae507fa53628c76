/** Shapes of what `evalhub/replay/serve.py` answers. */

/** @typedef {{seq: number, ms: number, type: string, site: string, seat: string, phase: string, zh: string, en: string}} Row */
/** @typedef {{seq: number, kind: string}} Alert */
/** @typedef {{session: string, origin: string, rehearsal: boolean, title_zh: string, title_en: string, size: number, root: string, end: string, damage: {entry: number | null, reason: string} | null, sites: string[], seats: string[], rows: Row[], alerts: Alert[]}} Overview */
/** @typedef {{seat: string, room: string, member: string, shared_room: boolean, redeemed: boolean, tested: boolean, declared: boolean, sealed: boolean, answered: boolean, countersigned: boolean}} Seat */
/** @typedef {{bidder: string, rank: number, total: string, price: string, evaluated: string}} Rank */
/** @typedef {{phase: string, stage: string, round: number, gate: string, paused: string, seats: Seat[], ranking: Rank[], failure: string, unsigned: string[], open_findings: number}} Progress */
/** @typedef {{size: number, at: string, progress: Progress, rooms: {centre: string, room: string, seats: string[]}[], chair: string, opened: string[]}} Snapshot */
/** @typedef {{seq: number, size: number, raw: string, hash: string, root: string, proof: string[], payload: string, blob: string}} Shown */
/** @typedef {{path: string, before: string, after: string}} Difference */
/** @typedef {import("./check/findings.js").Outcome} Outcome */

export {};
