"""The verifier: whole bundles pass, every flipped bit and every lie of a hub is refused at the right entry."""

from __future__ import annotations

import copy

import pytest
from dishonest import HUB, Draft, at, drafts, first, rewrite
from hypothesis import given, settings
from hypothesis import strategies as st
from support.bundle import bundle_of, checkpoint_note, policy_of, witness_of
from support.world import World

from evalhub.core.codec import canonical
from evalhub.core.ledger.note import log_verifier
from evalhub.core.ledger.policy import format_policy, policy_for
from evalhub.core.rules import commands as c
from evalhub.core.rules import events as e
from evalhub.core.rules import journal, statements
from evalhub.core.rules.duties import DutyKind, duties
from evalhub.core.rules.events import HUB as BY_HUB
from evalhub.core.rules.events import Event
from evalhub.core.rules.report import report_digest
from evalhub.core.rules.state import Phase
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.envelope import open_envelope, read_envelope
from evalhub.replay.verify import verify

# -- whole ---------------------------------------------------------------------------------------------------------


def test_a_whole_bundle_verifies_and_every_check_has_looked_at_something(files, whole):
    found = verify(files)
    assert found.ok, found.broken
    assert found.broken is None
    assert not found.interrupted
    assert (found.end, found.phase, found.session) == ("archived", "archived", whole.session)
    assert found.size == found.holds == len(whole.entries)
    counts = {row.name: row.count for row in found.checks}
    assert all(counts.values()), counts
    assert counts["signatures"] == sum(draft.jws is not None for draft in drafts(whole))
    assert (counts["gates"], counts["draws"], counts["seats"], counts["sheets"]) == (10, 1, 5, 15)
    assert counts["report"] == 1 + 5  # issued once, answered by every member


def test_three_centres_verify_too():
    assert verify(bundle_of(World((3, 2, 2)).run())).ok


def test_a_session_called_off_before_its_roster_is_whole_without_an_archive(cancelled):
    found = verify(cancelled)
    assert found.ok
    assert (found.end, found.phase, found.failure) == ("cancelled", "cancelled", "合成取消")


# -- early ends ----------------------------------------------------------------------------------------------------


def ended(world, command, by):
    world.say(by, command)
    world.settle()
    return world


STOP, CANCEL = c.StopSession(reason="合成原因"), c.CancelSession(reason="合成取消")


@pytest.mark.parametrize("phase", [Phase.DRAWING, Phase.CHECKIN, Phase.SEALING, Phase.VERIFICATION, Phase.REPORT])
def test_a_stopped_session_is_whole_and_says_why(phase):
    world = ended(World().until(phase), STOP, "oversight")
    found = verify(bundle_of(world))
    assert found.ok, found.broken
    assert (found.end, found.phase, found.failure) == ("stopped", "archived", "合成原因")
    assert found.holds == found.size == len(world.entries)


def test_a_session_stopped_over_its_report_keeps_the_report_and_is_whole():
    world = World().until(Phase.REPORT)
    world.say("wuhan", c.IssueReport(report=report_digest(world.state)))
    files = bundle_of(ended(world, STOP, "oversight"))
    assert verify(files).ok
    assert not verify({name: data for name, data in files.items() if name != "report.json"}).ok


def test_a_session_called_off_with_a_roster_is_whole_once_archived():
    found = verify(bundle_of(ended(World().until(Phase.DRAWN), CANCEL, "wuhan")))
    assert found.ok
    assert (found.end, found.phase, found.failure) == ("cancelled", "archived", "合成取消")


def failed_world():
    world = World().until(Phase.SEALING).run_round()
    for seat in list(world.state.seats):
        world.seal(seat, world.examination((b, i) for b in ("B1", "B2", "B3") for i in ("Q1", "Q2")))
    world.settle()
    return world


def test_a_failed_session_is_whole_and_names_the_rule():
    found = verify(bundle_of(failed_world()))
    assert found.ok, found.broken
    assert (found.end, found.phase, found.failure) == ("failed", "archived", "too-few-valid-bids")
    assert found.check("sheets").count == 10


@pytest.mark.parametrize("left_out", [1, 2, 3])
@pytest.mark.parametrize("make", [failed_world, lambda: ended(World().until(Phase.DRAWN), CANCEL, "wuhan")])
def test_an_early_end_without_its_archive_is_interrupted(make, left_out):
    """Somebody may still hold a key: the sheets of such a session are not known to be sealed for good."""
    world = make()
    shorter = rewrite(world, lambda draft: (draft,), until=len(world.entries) - 1 - left_out)
    shorter.state = world.state
    found = verify(bundle_of(shorter))
    assert not found.ok
    assert found.broken is None
    assert (found.interrupted, found.end) == (True, "interrupted")
    assert found.failure in ("too-few-valid-bids", "合成取消")


def test_half_a_roster_called_off_is_whole_only_when_its_keys_are_destroyed():
    world = World().open()
    world.say("wuhan", c.ProposePlan(plan=world.plan()))
    world.say("wedz", c.AcceptPlan(plan=world.state.plan_digest, rooms=world.rooms("K")))
    world.say("wedz", c.FileTrusteeKey(pk=world.parties["wedz"].kem.public))
    world.say("wuhan", CANCEL)
    assert verify(bundle_of(world)).end == "interrupted"
    world.settle()
    found = verify(bundle_of(world))
    assert found.ok
    assert (found.end, found.phase) == ("cancelled", "cancelled")


def test_an_archive_that_counts_wrong_is_noticed():
    world = ended(World().until(Phase.SEALING), STOP, "oversight")
    archived = first(world, "session_archived")
    fewer = archived.saying(envelopes=archived.body["envelopes"] - 1)
    found = verify(bundle_of(rewrite(world, at(archived, fewer))))
    assert (found.broken.entry, found.broken.check) == (archived.seq, "steps")


def test_a_stop_that_oversight_did_not_sign_is_noticed(interrupted):
    world = ended(copy.deepcopy(interrupted), STOP, "oversight")
    stopped, key = first(world, "session_stopped"), world.parties["wuhan"].identity
    jws = statements.say(key, world.session, 99, STOP)
    forged = rewrite(world, at(stopped, Draft(-1, stopped.ms, "session_stopped", None, None, jws)))
    found = verify(bundle_of(forged))
    assert found.broken.entry == stopped.seq


def test_a_session_stopped_over_a_real_fault_is_whole():
    world = World().until(Phase.SEALING)
    bad, *others = list(world.state.seats)
    world.seal(bad, b'{"kind":"ballot"}')
    for seat in others:
        world.seal(seat)
    world.settle()
    found = verify(bundle_of(ended(world, STOP, "oversight")))
    assert found.ok, found.broken
    assert (found.end, found.check("sheets").count) == ("stopped", 5)


def test_progress_is_told(whole, files):
    seen = []
    verify(files, progress=seen.append)
    assert seen == [] or seen == sorted(seen)


# -- flipped bits --------------------------------------------------------------------------------------------------


def flipped(files, path, at, bit):
    data = bytearray(files[path])
    data[at] ^= 1 << bit
    return {**files, path: bytes(data)}


@pytest.mark.requirement("R79", "R96")
@settings(max_examples=70, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_anywhere_is_refused(files, data):
    path = data.draw(st.sampled_from(sorted(files)))
    place = data.draw(st.integers(0, len(files[path]) - 1))
    found = verify(flipped(files, path, place, data.draw(st.integers(0, 7))))
    assert not found.ok
    assert found.broken is not None


def test_every_part_of_a_small_bundle_counts(cancelled):
    for path, content in cancelled.items():
        for place in range(0, len(content), 1 + len(content) // 150):
            found = verify(flipped(cancelled, path, place, place % 8))
            assert not found.ok, (path, place)
            assert found.broken is not None


@pytest.mark.requirement("R79", "R96")
@pytest.mark.parametrize("number", [0, 7, 60, 122])
def test_a_changed_entry_is_named(files, whole, number):
    path = "tile/entries/000.p/130"
    start = sum(len(data) + 2 for data in whole.entries[:number]) + 2
    found = verify(flipped(files, path, start + 20, 0))
    assert found.broken.entry == number
    gates = [draft.body["size"] for draft in drafts(whole) if draft.type == "gate_countersigned" and draft.seq < number]
    assert found.holds == max(gates, default=0)  # what is above the last gate, nobody has countersigned


def test_a_changed_length_of_an_entry_is_named(files, whole):
    start = sum(len(data) + 2 for data in whole.entries[:9])
    assert verify(flipped(files, "tile/entries/000.p/130", start, 7)).broken.entry == 9


def test_a_changed_blob_is_named_by_its_entry(files, whole):
    sealed = first(whole, "sheet_sealed")
    path = next(path for path, data in files.items() if data == sealed.jws.encode())
    found = verify(flipped(files, path, 100, 3))
    assert (found.broken.entry, found.broken.check) == (sealed.seq, "blobs")
    assert found.holds == sealed.seq


# -- files removed, added, renamed -----------------------------------------------------------------------------------


@pytest.mark.requirement("R79")
def test_no_file_may_be_missing(files):
    for path in files:
        found = verify({name: data for name, data in files.items() if name != path})
        assert not found.ok, path
        assert found.broken is not None, path


@pytest.mark.parametrize(
    "path", ["more", "blobs/sha256/" + "0" * 64, "tile/0/001", "tile/entries/001.p/1", "blobs/sha256/../x", "Policy"]
)
def test_no_file_may_be_added(files, path):
    found = verify({**files, path: b"{}"})
    assert not found.ok
    assert found.broken is not None


def test_no_file_may_be_renamed(files):
    for path in ("checkpoint", "tile/0/000.p/130", "roster.json", next(p for p in files if p.startswith("blobs/"))):
        renamed = {f"{path}x" if name == path else name: data for name, data in files.items()}
        assert not verify(renamed).ok


def test_a_bid_document_may_lie_in_the_bundle_if_the_plan_names_it(whole, files):
    document = b"not the document"
    name = whole.project.bidders[0].file.sha256
    found = verify({**files, f"blobs/sha256/{name}": document})
    assert found.broken.check == "blobs"


# -- order and tail --------------------------------------------------------------------------------------------------


def test_swapped_entries_are_refused(whole):
    forged = copy.copy(whole)
    forged.entries = [*whole.entries]
    forged.entries[30], forged.entries[31] = forged.entries[31], forged.entries[30]
    found = verify(bundle_of(forged))
    assert found.broken.entry == 30
    assert found.broken.check == "entries"


def test_a_truncated_tail_is_an_interrupted_session_and_never_whole(whole):
    for length in (len(whole.entries) - 1, len(whole.entries) - 3, 40):
        shorter = copy.copy(whole)
        shorter.entries = whole.entries[:length]
        found = verify(bundle_of(shorter))
        assert not found.ok
        assert found.interrupted or found.broken
        assert found.end != "archived"


def test_an_interrupted_session_says_how_far_it_holds(interrupted):
    found = verify(bundle_of(interrupted))
    assert not found.ok
    assert found.broken is None
    assert (found.interrupted, found.end, found.phase) == (True, "interrupted", "sealing")
    assert found.holds == found.size == len(interrupted.entries)
    assert not found.check("tail").ok


def test_old_tiles_under_a_newer_checkpoint_are_refused(whole, files):
    shorter = copy.copy(whole)
    shorter.entries = whole.entries[:-1]
    found = verify({**bundle_of(shorter), "checkpoint": files["checkpoint"]})
    assert not found.ok
    assert found.broken is not None


# -- a dishonest hub -------------------------------------------------------------------------------------------------


def refused(forged, entry, *checks):
    found = verify(bundle_of(forged))
    assert not found.ok
    assert found.broken is not None
    assert found.broken.entry == entry, found.broken
    assert not checks or found.broken.check in checks, found.broken
    return found


def test_the_rewritten_honest_ledger_still_verifies(whole):
    assert verify(bundle_of(rewrite(whole, lambda draft: (draft,)))).ok


def test_a_dropped_sheet_is_noticed_where_the_round_closes(whole):
    sheet, closed = first(whole, "sheet_sealed", 4), first(whole, "seal_closed")
    refused(rewrite(whole, at(sheet)), closed.seq - 1, "signatures")


def test_a_sheet_left_out_of_the_closing_is_noticed(whole):
    closed = first(whole, "seal_closed")
    fewer = closed.saying(sheets=closed.body["sheets"][1:])
    refused(rewrite(whole, at(closed, fewer)), closed.seq, "steps")


def test_a_dropped_revision_is_noticed(interrupted):
    world = copy.deepcopy(interrupted)
    seat = next(iter(world.state.seats))
    world.seal(seat)
    second = len(world.entries) - 1
    forged = rewrite(world, at(first(world, "sheet_sealed")))
    refused(forged, second - 1, "steps")


def test_an_added_consequence_is_noticed(whole):
    examined = first(whole, "bids_examined")
    failed = Draft(-1, examined.ms, "session_failed", HUB, {"reason": "too-few-valid-bids"})
    refused(rewrite(whole, at(examined, examined, failed)), examined.seq + 1, "steps")


def test_a_left_out_consequence_is_noticed(whole):
    elected = first(whole, "chair_elected")
    refused(rewrite(whole, at(elected)), elected.seq, "steps")


@pytest.mark.requirement("R73")
def test_a_changed_ranking_is_noticed(whole):
    declared = first(whole, "result_declared")
    rows = declared.body["ranking"]
    rows = [{**rows[0], "bidder": rows[1]["bidder"]}, {**rows[1], "bidder": rows[0]["bidder"]}, *rows[2:]]
    refused(rewrite(whole, at(declared, declared.saying(ranking=rows))), declared.seq, "steps")


def test_an_opened_subset_is_noticed(whole):
    opened = first(whole, "sheets_opened", 1)
    refused(rewrite(whole, at(opened, opened.saying(sheets=opened.body["sheets"][1:]))), opened.seq, "steps")


def test_a_changed_sheet_is_noticed(whole):
    opened = first(whole, "sheets_opened", 2)
    sheets = [dict(sheet) for sheet in opened.body["sheets"]]
    sheets[0]["sheet"] = sheets[1]["sheet"]
    refused(rewrite(whole, at(opened, opened.saying(sheets=sheets))), opened.seq, "steps")


@pytest.mark.parametrize("kept", [True, False], ids=["fault beside the sheet", "fault alone"])
@pytest.mark.parametrize("cut", [True, False], ids=["ledger ends there", "ledger goes on"])
def test_a_false_fault_is_noticed(whole, cut, kept):
    opened = first(whole, "sheets_opened", 2)
    liar = {**opened.body["sheets"][2], "fault": "does not open"}
    liar = liar if kept else {**liar, "salt": "", "sheet": ""}
    sheets = [*opened.body["sheets"][:2], liar, *opened.body["sheets"][3:]]
    forged = rewrite(whole, at(opened, opened.saying(sheets=sheets)), until=opened.seq + 1 if cut else None)
    if cut:
        forged.state = whole.state.with_(phase=Phase.OPENING)
    refused(forged, opened.seq, "sheets")


def test_time_that_runs_backwards_is_noticed(whole):
    approved = first(whole, "start_approved")
    refused(rewrite(whole, at(approved, Draft(approved.seq, approved.ms - 10_000, "start_approved", None, None,
                                              approved.jws))), approved.seq, "entries")  # fmt: skip


def test_a_consequence_at_another_time_than_its_cause_is_noticed(whole):
    elected = first(whole, "chair_elected")
    later = Draft(elected.seq, elected.ms + 1, elected.type, HUB, elected.body)
    refused(rewrite(whole, at(elected, later)), elected.seq, "steps")


def test_a_step_nobody_signed_is_noticed(whole):
    approved = first(whole, "start_approved")
    refused(rewrite(whole, at(approved, Draft(-1, approved.ms, "start_approved", HUB, {}))), approved.seq, "signatures")


def test_a_statement_of_somebody_else_is_noticed(whole):
    approved, key = first(whole, "start_approved"), whole.parties["wuhan"].identity
    jws = statements.say(key, whole.session, 99, c.ApproveStart())
    forged = rewrite(whole, at(approved, Draft(-1, approved.ms, "start_approved", None, None, jws)))
    refused(forged, approved.seq, "steps")


@pytest.mark.parametrize("lie", ["no note", "no witness", "one witness too few", "other size", "other root", "foreign"])
def test_a_gate_without_its_countersigned_checkpoint_is_noticed(whole, lie):
    gate = first(whole, "gate_countersigned", 5)
    honest = rewrite(whole, lambda draft: (draft,), until=gate.seq)
    size = gate.body["size"]
    other = copy.copy(honest)
    other.entries = [*honest.entries[: size - 1], b"{}"]
    foreign = copy.copy(honest)
    foreign.parties = World().parties
    note = {
        "no note": "-",
        "no witness": checkpoint_note(honest, size, ()).decode(),
        "one witness too few": checkpoint_note(honest, size, ("wuhan", "oversight")).decode(),
        "other size": checkpoint_note(honest, size - 1).decode(),
        "other root": checkpoint_note(other, size).decode(),
        "foreign": checkpoint_note(foreign, size).decode(),
    }[lie]
    found = refused(rewrite(whole, at(gate, gate.saying(note=note))), gate.seq, "gates")
    assert found.check("gates").count == 5


# -- keys and origin -------------------------------------------------------------------------------------------------


class MisnamedWorld(World):
    """Says of itself what its origin does not say. The rules refuse that, so its ledger is written without them."""

    @property
    def origin(self):
        return super().origin.replace("/rehearsal/", "/") if self.rehearsal else super().origin + "x"

    def opened_unlawfully(self):
        jws = statements.say(self.parties["wuhan"].identity, self.session, 1, self.opening())
        command, by = statements.read(self.state, jws)
        data, self.blobs = journal.write(self.session, 0, Event(at=self.now(), by=by, content=command), jws)
        self.entries = [data]
        return self


@pytest.mark.parametrize("rehearsal", [True, False])
def test_the_origin_must_name_the_session_and_mark_a_rehearsal(rehearsal):
    found = verify(bundle_of(MisnamedWorld(rehearsal=rehearsal).opened_unlawfully()))
    assert (found.broken.entry, found.broken.check) == (0, "origin")
    assert not found.check("steps").ok, "the rules refuse it too"


def test_a_rehearsal_says_so(files):
    assert verify(files).rehearsal


def test_a_real_session_does_not():
    world = World(rehearsal=False).open()
    world.say(world.host, c.CancelSession(reason="合成取消"))
    found = verify(bundle_of(world))
    assert found.ok
    assert not found.rehearsal


def test_a_rehearsal_never_verifies_under_the_policy_of_the_real_log(whole, files):
    real = log_verifier(whole.origin.replace("/rehearsal/", "/"), whole.log.public)
    found = verify(files, trusted=policy_for(real, [(p, witness_of(whole, p)) for p in whole.parties]))
    assert found.broken.check == "trusted"
    assert not found.ok


def test_a_trusted_policy_decides(whole, files):
    assert verify(files, trusted=policy_of(whole)).ok
    assert not verify(files, trusted=policy_of(World())).ok


@pytest.mark.parametrize("lie", ["fewer", "any", "comment", "foreign key", "other log"])
def test_the_policy_asks_for_every_key_of_the_opening(whole, lie):
    honest = policy_of(whole)
    stranger = World()
    data = {
        "fewer": lambda: format_policy(policy_for(honest.logs[0].verifier, [("wuhan", witness_of(whole, "wuhan"))])),
        "any": lambda: format_policy(honest).replace(b"everyone all", b"everyone any"),
        "comment": lambda: b"# trust me\n" + format_policy(honest),
        "foreign key": lambda: format_policy(
            policy_for(honest.logs[0].verifier, [(p, witness_of(stranger, p)) for p in whole.parties])
        ),
        "other log": lambda: format_policy(policy_of(stranger)),
    }[lie]()
    assert data != format_policy(honest)
    assert verify(bundle_of(whole, policy=data)).broken.check == "policy"


@pytest.mark.parametrize("witnesses", [(), ("wuhan",), ("wuhan", "wedz")])
def test_the_last_checkpoint_needs_every_witness(whole, witnesses):
    found = verify(bundle_of(whole, checkpoint_note=checkpoint_note(whole, None, witnesses)))
    assert found.broken.check == "checkpoint"
    assert found.holds == first(whole, "gate_countersigned", 9).body["size"]


def test_a_foreign_roster_is_refused(whole, files):
    assert verify({**files, "roster.json": canonical(World().pair().state.roster)}).broken.check == "roster"


# -- faults and escrows that are real --------------------------------------------------------------------------------


def test_a_real_fault_is_accepted():
    world = World().until(Phase.SEALING)
    bad, *others = list(world.state.seats)
    world._open_if_due = lambda: False
    for seat in others:
        world.seal(seat)
    world.seal(bad, b'{"kind":"ballot"}')
    world.settle()
    round_ = world.state.round()
    opened = [c.OpenedSheet(seat=s.seat, fault="no sheet of the form") if s.seat == bad else s for s in world.opened()]
    world.accept(c.RecordOpening(round=round_.number, sheets=tuple(opened)), BY_HUB, None)
    found = verify(bundle_of(world))
    assert found.interrupted
    assert found.broken is None
    assert found.check("sheets").count == 5
    seq, opening = len(world.entries) - 1, first(world, "sheets_opened")
    beside = [{**sheet, "sheet": "{}"} if sheet["fault"] else sheet for sheet in opening.body["sheets"]]
    refused(rewrite(world, at(opening, opening.saying(sheets=beside))), seq, "sheets")


def recovered_world(world=None):
    """A draw in which one centre does not reveal, and its escrow is opened."""
    world = (world or World()).pair()
    for centre in list(world.state.draw().requests):
        world.say(centre, world.freeze(centre))
    while True:
        if world.state.gate is not None:
            world.pass_gate()
            continue
        owed = [(party, duty) for party in world.parties for duty in duties(world.state, party)]
        owed = [(p, duty) for p, duty in owed if (p, duty.kind) != ("wedz", DutyKind.REVEAL)]
        if owed:
            world.perform(*owed[0])
        elif not world.state.draw().called:
            world.say("oversight", c.CallEscrow(draw=1, missing="wedz", reason="合成原因"))
        else:
            return world


def recovery(world):
    draw = world.state.draw()
    pieces = {i: unb64u(v) for parts in draw.released["wedz"].values() for i, v in parts}
    _, envelope, _ = read_envelope(world.envelopes[draw.escrow_digests["wedz"]])
    return c.RecordRecovery(draw=1, missing="wedz", r=b64u(open_envelope(envelope, pieces)[1]))


def test_a_recovered_contribution_is_opened_again():
    world = recovered_world()
    world.accept(recovery(world), BY_HUB, None)
    world.settle()
    found = verify(bundle_of(world))
    assert found.broken is None
    assert found.check("draws").count == 1


def test_a_contribution_recovered_without_the_pieces_is_noticed():
    world = recovered_world()
    world.accept(recovery(world), BY_HUB, None)
    recovered = first(world, "randomness_recovered").seq
    removed = sum(draft.type == "escrow_released" for draft in drafts(world)[:recovered])
    forged = rewrite(world, lambda d: () if d.type == "escrow_released" else (d,), until=recovered + 1)
    forged.state = world.state
    refused(forged, recovered - removed, "draws")


class FalseEscrow(World):
    """One centre puts something else into escrow than it committed to."""

    def escrow(self, party, number):
        if party != "wedz":
            return super().escrow(party, number)
        true = self.parties[party].contributions[number]
        self.parties[party].contributions[number] = bytes(32)
        try:
            return super().escrow(party, number)
        finally:
            self.parties[party].contributions[number] = true


def test_a_recovered_contribution_must_come_from_the_escrow():
    world = recovered_world(FalseEscrow())
    true = b64u(world.parties["wedz"].contributions[1])
    world.accept(c.RecordRecovery(draw=1, missing="wedz", r=true), BY_HUB, None)
    found = verify(bundle_of(world))
    assert (found.broken.entry, found.broken.check) == (len(world.entries) - 1, "draws")


def test_every_event_type_can_be_walked(whole):
    assert {draft.type for draft in drafts(whole)} <= e.EVENT_TYPES.keys()
