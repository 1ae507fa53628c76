/**
 * Shapes of what the process answers, as `evalhub/party/board.py`, `party/console.py`, `site/views.py` and
 * `oversight/alerts.py` define them.
 */

/** @typedef {{zh: string, en: string}} Text2 */
/** @typedef {{party: string, role: string, title: Text2, account: string, setup: boolean}} Me */
/** @typedef {{name: string, booths: string[]}} Room */
/** @typedef {{name: string, role: string, title: Text2, answer: string, reason: string, rooms: Room[]}} Party */
/** @typedef {{code: string, specialty: string, need: number, reserves: number}} Stratum */
/** @typedef {{centre: string, strata: Stratum[]}} Share */
/** @typedef {{code: string, name: string, price: string}} Bidder */
/** @typedef {{code: string, part: string, kind: string, title: Text2, highest: string}} Factor */
/** @typedef {{code: string, title: Text2, most: string, step: string, per: "amount" | "percent", rate: string}} Adjustment */
/** @typedef {{code: string, title: Text2, procuring_entity: string, agent: string, project_class: string, budget: string, ceiling: string, committee: {size: number}, bidders: Bidder[], factors: Factor[], adjustments: Adjustment[], examination: unknown[], stage_minutes: number, price_points: string}} Project */
/** @typedef {{revision: number, project: Project, shares: Share[], host_rooms: Room[], window: {opens: string, closes: string}, calendar: {holidays: string[], workdays: string[]}}} Plan */
/** @typedef {{name: string, frozen: boolean, committed: boolean, escrowed: boolean, revealed: boolean}} Contribution */
/** @typedef {{centre: string, code: string, specialty: string, title: string, need: number, members: number, reserves: number, reserves_wanted: number, called: number, exhausted: boolean, open: boolean}} BoardStratum */
/** @typedef {{number: number, seed: string, contributions: Contribution[], strata: BoardStratum[], called_escrows: string[]}} Draw */
/** @typedef {{seat: string, room: string, member: string, shared_room: boolean, redeemed: boolean, tested: boolean, declared: boolean, sealed: boolean, answered: boolean, countersigned: boolean}} Seat */
/** @typedef {{bidder: string, total: string, price: string, rank: number, candidate: boolean, evaluated: string}} RankRow */
/** @typedef {{code: string, kind: string, bidder: string, factor: string, seats: string[], direction: string, detail: string, by: string}} Finding */
/** @typedef {{kind: string, level: string, bidder: string, factor: string, seats: string[], amount: string, rate: string}} Anomaly */
/** @typedef {{code: string, kind: "question" | "abnormally-low" | "price-confirmation", bidder: string, text: string, needed: boolean, status: "asked" | "returned" | "sent" | "refused" | "withdrawn" | "answered" | "late" | "lapsed", approved: string[], reason: string, deadline: string, answer: string}} Question */
/** @typedef {{session: string, rehearsal: boolean, title_zh: string, title_en: string, phase: string, stage: string, round: number, gate: string, paused: string, size: number, at: string, deadline: string, centres: {centre: string, missing: number, admitted: number}[], seats: Seat[], faults: string[], unsigned: string[], clarifications: Question[], open_findings: number, findings: Finding[], ranking: RankRow[], result: string, report: string, failure: string}} Progress */
/** @typedef {{seat: string, bidder: string, factor: string, score: string}} ScoreRow */
/** @typedef {{me: string, role: string, progress: Progress, parties: Party[], plan: Plan | null, plan_digest: string, draws: Draw[], bids: {bidder: string, failed: string[], valid: boolean}[], scores: ScoreRow[], anomalies: {anomalies: Anomaly[], silent: string[]} | null, answers: {seat: string, answer: string, text: string}[], disputes: number, started: boolean, clocks: {kind: "delay" | "fault" | "hand-over", since: string, until: string, elapsed_ms: number, left_ms: number, exceeded: boolean}[], requests: {seat: string, reason: string}[], next: string}} Board */
/** @typedef {{size: number, root: string, checkpoint_size: number, checkpoint_root: string, equal: boolean, stopped: string, evidence: number}} Head */
/** @typedef {{alert: string, text: string, account: string, at: string}} AlertNote */
/** @typedef {{board: Board, actions: string[], head: Head, notes: AlertNote[]}} Page */
/** @typedef {{draw: number, stratum: string, leaf: string, name: string, title: string, settled: string, notice: {zh: string, en: string} | null, seat: string}} Person */
/** @typedef {{key: string, seat: string, text: string, at: string, answered: boolean}} Call */
/** @typedef {{candidates: Person[], members: Person[], online: string[], calls: Call[]}} Hall */
/** @typedef {{name: string, title: Text2, booths: {name: string}[]}} RoomSetup */
/** @typedef {{parties: {name: string, role: string, title: Text2}[], rooms: {centre: string, rooms: RoomSetup[]} | null, specialties: {code: string, name: string}[], outcomes: string[]}} Centre */
/** @typedef {{key: string, level: "red" | "amber", code: string, place: string, detail: string}} Alert */
/** @typedef {{session: string, phase: string}} SessionRow */

export {};
