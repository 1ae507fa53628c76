"""The off-line verifier: needs a bundle and nothing else.

It believes nothing the bundle says of itself. The tree is built again from the entries; the keys are those the first
entry introduces; every signature is verified and every step is decided again by the same ``decide`` that the hub used;
gates are checked against this very tree; draws are run again; every sealed sheet is opened again; the result and the
report are computed again. What it cannot know is whether the keys of the first entry are the right ones: compare them,
or give a policy that you trust.

``verify`` never raises on what a bundle says. A file that is no bundle never gets here (``bundle.open_bundle``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from evalhub.core.codec import canonical
from evalhub.core.errors import Broken
from evalhub.core.ledger.archive import Archive
from evalhub.core.ledger.checkpoint import Checkpoint, origin_for
from evalhub.core.ledger.entry import read_entry
from evalhub.core.ledger.note import Verifier
from evalhub.core.ledger.policy import Policy, check_checkpoint, parse_policy, policy_for
from evalhub.core.ledger.times import format_time
from evalhub.core.ledger.tree import MemoryTree
from evalhub.core.ledger.verifytext import verify_text
from evalhub.core.rules import clocks, concluding, replacing, statements
from evalhub.core.rules.commands import OpenSession
from evalhub.core.rules.events import Event
from evalhub.core.rules.journal import Replayer
from evalhub.core.rules.state import State
from evalhub.replay import ahead, content
from evalhub.replay import inspectors as look
from evalhub.replay.findings import Breach, Check, CheckName, End, Verification
from evalhub.replay.walk import Index, Progress, Walk, told

T = TypeVar("T")
EARLY: dict[str, End] = {
    "": "archived",
    concluding.STOPPED: "stopped",
    replacing.INCOMPLETE: "stopped",
    clocks.TOO_LONG: "stopped",
    concluding.CANCELLED: "cancelled",
}
WALKED: tuple[CheckName, ...] = ("blobs", "entries", "signatures", "steps")
UNPROVED = ("checkpoint.tsr", "report.txt")


def verify(
    files: Mapping[str, bytes],
    *,
    trusted: Policy | None = None,
    progress: Progress | None = None,
    processes: int = 1,
) -> Verification:
    """Check everything that ``files`` (path → bytes) can prove. ``trusted``: a policy whose keys you know.

    ``progress`` is told now and then how many entries have been walked. With more than one of ``processes``, large
    ledgers are read ahead on so many cores; the outcome is the same.
    """
    return _Verifier(files, trusted, progress, processes).run()


def end_of(state: State) -> End:
    """How a session ended lawfully: its last entry is the archive's, or it was called off without a complete roster."""
    return EARLY.get(state.ending, "failed") if concluding.over(state) else "interrupted"


class _Verifier:
    """One verification. Fields are filled from top to bottom of ``run``; what is None could not be reached."""

    def __init__(
        self, files: Mapping[str, bytes], trusted: Policy | None, progress: Progress | None, processes: int
    ) -> None:
        self.files, self.trusted, self.progress, self.processes = files, trusted, progress, processes
        self.rows: list[Check] = []
        self.breaches: list[Breach] = []
        self.archive: Archive | None = None
        self.entries: list[bytes] = []
        self.tree: MemoryTree | None = None
        self.opening: OpenSession | None = None
        self.session = ""
        self.policy: Policy | None = None
        self.walk: Walk | None = None
        self.gates: look.Gates | None = None

    def run(self) -> Verification:
        self.check("form", self._form)
        self.check("tree", self._tree, self.archive)
        self.check("origin", self._origin, self.archive, self.entries)
        self.check("policy", self._policy, self.opening)
        self.check("checkpoint", self._checkpoint, self.policy)
        if self.trusted:
            self.check("trusted", self._trusted, self.archive)
        self._steps()
        state = self.walk.state if self.walk and not self.walk.broken else None
        self.check("roster", lambda: self._roster(_sure(state)), state)
        self.check("guide", self._guide, self.archive, self.policy, self.entries)
        return self._outcome(state)

    def check(self, name: CheckName, run: Callable[[], tuple[int, str]], *needs: object) -> None:
        """Add the row of one check; a breach if it raises; not reached if one of ``needs`` is missing."""
        if not all(needs):
            self._row(name, 0, "", reached=False)
            return
        try:
            count, detail = run()
        except Exception as error:  # whatever a hostile bundle makes a reader stumble over does not hold
            self._fail(name, 0, Broken(told(error), getattr(error, "entry", None)))
        else:
            self._row(name, count, detail)

    def _row(self, name: CheckName, count: int, detail: str, *, reached: bool = True) -> None:
        self.rows.append(Check(name=name, count=count, ok=reached, detail=detail, reached=reached))

    def _fail(self, name: CheckName, count: int, error: Broken) -> None:
        self.rows.append(Check(name=name, count=count, ok=False, detail=error.reason))
        self.breaches.append(Breach(entry=error.entry, reason=error.reason, check=name))

    # -- container, tree, keys -----------------------------------------------------------------------------------------

    def _form(self) -> tuple[int, str]:
        self.archive = Archive(self.files)
        return len(self.files), ""

    def _tree(self) -> tuple[int, str]:
        archive = _sure(self.archive)
        self.entries, tree, error = content.read_tree(archive, self.files)
        if error:
            raise error
        self.tree = archive.check_tree(self.entries, tree)
        return self.tree.size, self.tree.root().hex()

    def _origin(self) -> tuple[int, str]:
        """The first entry opens the session that the checkpoint names, and both say alike whether it is a rehearsal."""
        head = _sure(self.archive).checkpoint
        entry = read_entry(self.entries[0], self._fetch)
        self.session = entry.session
        command, _ = statements.read(State(session=entry.session), entry.jws or "")
        if not isinstance(command, OpenSession):
            raise Broken("the ledger does not begin with the opening of a session", 0)
        self.opening = command
        if command.origin != head.origin or not _names(head, entry.session, command.rehearsal):
            raise Broken(f"the checkpoint is of {head.origin}, the session of {command.origin}", 0)
        return 1, head.origin

    def _policy(self) -> tuple[int, str]:
        """The policy asks for exactly the keys that the first entry introduces, and for all of them."""
        opening, data = _sure(self.opening), self.files["policy"]
        log = Verifier.parse(opening.log)
        witnesses = {party.name: Verifier.parse(party.witness) for party in opening.parties}
        self.policy = policy_for(log, witnesses.items())
        said = parse_policy(data)
        order = [witness.name for witness in said.witnesses]
        if sorted(order) != sorted(witnesses):
            raise Broken("the policy does not name the witnesses of the session")
        if said != policy_for(log, [(name, witnesses[name]) for name in order]) or content.spelled(said) != data:
            raise Broken("the policy is not the one that follows from the opening of the session")
        return 1 + len(order), said.quorum

    def _checkpoint(self) -> tuple[int, str]:
        _, names = check_checkpoint(_sure(self.policy), _sure(self.archive).note)
        return 1 + len(names), ", ".join(names)

    def _trusted(self) -> tuple[int, str]:
        _, names = check_checkpoint(_sure(self.trusted), _sure(self.archive).note)
        return 1 + len(names), ", ".join(names)

    def _fetch(self, sha256: str) -> bytes:
        return self.files[f"blobs/sha256/{sha256}"]

    # -- the fold ------------------------------------------------------------------------------------------------------

    def _steps(self) -> None:
        """Walk the ledger, then one row for each thing that was looked at on the way."""
        names: tuple[CheckName, ...] = (*WALKED, "gates", "draws", "seats", "sheets", "result", "report", "tail")
        if not self.entries or not self.session or self.archive is None:
            for name in names:
                self._row(name, 0, "", reached=False)
            return
        index = Index(self.entries, self._fetch)
        tree = self.tree or content.tree_of(self.entries)
        self.gates = look.Gates(self.policy, tree, self.archive.checkpoint.origin)
        reports = look.Reports()
        watching = [self.gates, look.Draws(index), look.Seats(), look.Sheets(index), look.Results(), reports]
        self.walk = Walk(self._replayer(), watching, index)
        self.walk.run(self._feed, self.progress)
        self._walked(self.walk)
        for inspector in watching:
            self._inspected(self.walk, inspector, reports)
        self._tail(self.walk)

    def _replayer(self) -> Replayer:
        many = self.processes > 1 and len(self.entries) >= ahead.WORTHWHILE
        roster = _sure(self.archive).roster
        book = ahead.book_of(self.session, self.entries, roster, self._fetch) if many else None
        return ahead.AheadReplayer(book) if book else Replayer(self.session)

    def _feed(self) -> Iterator[Event]:
        replayer = _sure(self.walk).replayer
        if isinstance(replayer, ahead.AheadReplayer):
            answers = ahead.read_ahead(self.entries, self._fetch, replayer.book, self.processes)
            for data, answer in zip(self.entries, answers, strict=True):
                yield replayer.feed_read(data, self._fetch, answer)
            return
        for data in self.entries:
            yield replayer.feed(data, self._fetch)

    def _walked(self, walk: Walk) -> None:
        """Rows of the walk itself: which of them an early end belongs to is told by its reason."""
        size = walk.state.size
        counts = {"blobs": 0, "entries": size, "signatures": walk.signed, "steps": size}
        for name in WALKED:
            if walk.broken and content.kind_of(walk.broken.reason) == name:
                self._fail(name, counts[name], walk.broken)
            elif walk.broken:
                self._row(name, counts[name], "", reached=False)
            elif name == "blobs":
                self.check(name, lambda: content.check_blobs(self.files, self.entries, walk.state))
            else:
                self._row(name, counts[name], "")

    def _inspected(self, walk: Walk, inspector: look.Inspector, reports: look.Reports) -> None:
        failure = walk.failures.get(inspector.name)
        if failure:
            self._fail(inspector.name, inspector.count, failure)
        elif walk.broken:
            self._row(inspector.name, inspector.count, inspector.detail, reached=False)
        elif inspector is reports:
            self.check("report", lambda: (reports.count, content.check_report(self.files, reports.issued, walk.state)))
        else:
            self._row(inspector.name, inspector.count, inspector.detail)

    def _tail(self, walk: Walk) -> None:
        """The ledger has its lawful end. A missing tail is no breach, but neither is the session whole."""
        ended = concluding.over(walk.state) and walk.replayer.settled
        if walk.broken:
            self._row("tail", 0, "", reached=False)
        else:
            detail = f"{walk.state.phase}, {walk.state.size} entries"
            self.rows.append(Check(name="tail", count=walk.state.size, ok=ended, detail=detail))

    # -- the other files -----------------------------------------------------------------------------------------------

    def _roster(self, state: State) -> tuple[int, str]:
        expected = canonical(state.roster if state.roster else {})
        if _sure(self.archive).roster != expected:
            raise Broken("roster.json is not the roster of the ledger")
        return len(state.roster.trustees) if state.roster else 0, state.roster_digest

    def _guide(self) -> tuple[int, str]:
        archive = _sure(self.archive)
        if self.files["VERIFY.txt"] != verify_text(archive.note, archive.policy, self.entries).encode():
            raise Broken("VERIFY.txt is not the text for this bundle")
        return 1, ""

    # -- outcome -------------------------------------------------------------------------------------------------------

    def _outcome(self, state: State | None) -> Verification:
        broken = min(self.breaches, key=lambda breach: (breach.entry is None, breach.entry or 0), default=None)
        reached = self.walk.state if self.walk else None
        interrupted = state is not None and not self._row_of("tail").ok
        checkpoint = self.archive.checkpoint if self.archive else Checkpoint("", 0, b"")
        return Verification(
            ok=all(row.ok for row in self.rows),
            rehearsal=checkpoint.rehearsal,
            interrupted=interrupted,
            session=self.session,
            origin=checkpoint.origin,
            size=checkpoint.size,
            holds=self._holds(broken),
            end="interrupted" if interrupted else end_of(state) if state else "unknown",
            failure=reached.failure if reached else "",
            phase=reached.phase.value if reached else "",
            last_at=format_time(reached.now) if reached else "",
            checks=tuple(self.rows),
            broken=broken,
            unproved=tuple(path for path in UNPROVED if path in self.files),
        )

    def _holds(self, broken: Breach | None) -> int:
        """How many entries prove themselves. Without a good final checkpoint, what the last good gate covers."""
        walked = self.walk.state.size if self.walk else 0
        if broken and broken.entry is not None:
            walked = min(walked, broken.entry)
        vouched = all(self._row_of(name).ok for name in ("form", "tree", "origin", "policy", "checkpoint"))
        return walked if vouched else min(walked, self.gates.countersigned if self.gates else 0)

    def _row_of(self, name: CheckName) -> Check:
        return next(row for row in self.rows if row.name == name)


def _names(head: Checkpoint, session: str, rehearsal: bool) -> bool:
    """Whether the origin is the one of this session, and marked as a rehearsal exactly if it is one."""
    domain = head.origin.partition("/evalhub/")[0]
    return head.origin == origin_for(domain, session, rehearsal)


def _sure(value: T | None) -> T:
    assert value is not None
    return value
