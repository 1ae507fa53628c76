/** What kinds of entry there are, from §5 of the archive format: who signs which, and which the hub writes itself. */

/** @typedef {"host" | "guest" | "oversight" | "booth"} Role */

const CENTRES = /** @type {Role[]} */ (["host", "guest"]);
const ALL = /** @type {Role[]} */ (["host", "guest", "oversight"]);
const HOST = /** @type {Role[]} */ (["host"]);
const GUEST = /** @type {Role[]} */ (["guest"]);
const OVERSIGHT = /** @type {Role[]} */ (["oversight"]);
const VETTERS = /** @type {Role[]} */ (["host", "oversight"]);
const BOOTH = /** @type {Role[]} */ (["booth"]);

/** Entry type → the statement's own type ("" for an envelope) and who may make it. @type {Record<string, [string, Role[]]>} */
export const SIGNED = {
  session_opened: ["open_session", HOST],
  plan_proposed: ["propose_plan", HOST],
  plan_accepted: ["accept_plan", GUEST],
  plan_refused: ["refuse_plan", GUEST],
  session_cancelled: ["cancel_session", HOST],
  trustee_key_filed: ["file_trustee_key", ALL],
  roster_signed: ["sign_roster", ALL],
  pool_frozen: ["freeze_pool", CENTRES],
  randomness_committed: ["commit_randomness", ALL],
  randomness_escrowed: ["", ALL],
  randomness_revealed: ["reveal_randomness", ALL],
  escrow_called: ["call_escrow", OVERSIGHT],
  escrow_released: ["release_escrow", ALL],
  outcome_recorded: ["record_outcome", CENTRES],
  representative_designated: ["designate_representative", HOST],
  representative_withdrawn: ["withdraw_representative", HOST],
  draw_ordered: ["order_draw", OVERSIGHT],
  checkin_opened: ["open_checkin", HOST],
  expert_admitted: ["admit_expert", CENTRES],
  ticket_issued: ["issue_ticket", CENTRES],
  ticket_redeemed: ["redeem_ticket", CENTRES],
  self_test_reported: ["report_self_test", BOOTH],
  recusal_declared: ["declare_recusal", BOOTH],
  start_requested: ["request_start", HOST],
  start_approved: ["approve_start", OVERSIGHT],
  start_refused: ["refuse_start", OVERSIGHT],
  sheet_sealed: ["", BOOTH],
  stage_closed: ["close_stage", OVERSIGHT],
  pieces_released: ["release_pieces", ALL],
  sheet_revealed: ["reveal_sheet", BOOTH],
  clarification_asked: ["ask_clarification", BOOTH],
  clarification_amended: ["amend_clarification", BOOTH],
  clarification_withdrawn: ["withdraw_clarification", BOOTH],
  clarification_vetted: ["vet_clarification", VETTERS],
  clarification_answered: ["file_answer", HOST],
  clarification_lapsed: ["close_clarification", HOST],
  matter_answered: ["answer_matter", BOOTH],
  question_put: ["put_question", BOOTH],
  deliberation_closed: ["close_deliberation", BOOTH],
  deliberation_ended: ["end_deliberation", OVERSIGHT],
  result_computed: ["declare_result", CENTRES],
  item_corrected: ["correct_item", BOOTH],
  finding_explained: ["explain_finding", BOOTH],
  finding_raised: ["raise_finding", BOOTH],
  verification_concluded: ["conclude_verification", HOST],
  report_issued: ["issue_report", HOST],
  report_answered: ["sign_report", BOOTH],
  agreement_deemed: ["deem_agreed", OVERSIGHT],
  report_laid_out: ["lay_out_report", CENTRES],
  report_countersigned: ["countersign_report", BOOTH],
  signer_passed_over: ["pass_over", OVERSIGHT],
  trustee_key_destroyed: ["destroy_key", ALL],
  rollback_requested: ["request_rollback", HOST],
  rollback_asked: ["ask_rollback", BOOTH],
  rollback_approved: ["approve_rollback", OVERSIGHT],
  rollback_refused: ["refuse_rollback", OVERSIGHT],
  unsubmit_requested: ["request_unsubmit", BOOTH],
  unsubmit_decided: ["decide_unsubmit", OVERSIGHT],
  unsubmit_answered: ["answer_unsubmit", BOOTH],
  delay_accepted: ["accept_delay", HOST],
  member_removed: ["remove_member", ALL],
  session_stopped: ["stop_session", OVERSIGHT],
  session_paused: ["pause_session", OVERSIGHT],
  session_resumed: ["resume_session", OVERSIGHT],
};

/** Entries that nobody signs: the hub's records of what it was shown, and the consequences. */
export const HUBS = new Set([
  ...["randomness_recovered", "sheets_opened", "gate_countersigned"],
  ...["plan_agreed", "roster_completed", "draw_opened", "draw_seeded", "draw_exhausted", "committee_formed"],
  ...["clarification_raised", "clarification_sent", "bid_rejected", "price_drawn", "scoring_omitted"],
  ...["seat_assigned", "seat_vacated", "round_opened", "round_resumed", "rolled_back", "seal_closed", "chair_elected", "bids_examined", "session_failed"],
  ...["deliberation_opened", "matter_raised", "matter_returned", "matter_decided"],
  ...["findings_raised", "result_declared", "result_disputed", "signing_closed", "session_archived"],
]);
