"""Who must have signed a checkpoint (c2sp.org/tlog-policy): logs, witnesses, and the quorum among them.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> <k|any|all> <member>…
    quorum <witness, group, or none>

A group may only name what stands above it, each name is a member of at most one group, keys and names occur
once, and there is exactly one quorum line. Names here have no meaning outside the file. Never decides which
keys are right: the person who trusts the policy does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from msgspec import Struct

from evalhub.core.errors import Broken, Malformed
from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.note import COSIGNATURE, ED25519, Verifier, decimal, parse_note, verify_note

NONE = "none"
MAX_LINES = 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Log(Struct, frozen=True):
    """A log whose checkpoints are accepted; its key name is its origin."""

    verifier: Verifier
    url: str = ""


class Witness(Struct, frozen=True):
    """A witness and the name the policy gives it."""

    name: str
    verifier: Verifier
    url: str = ""


class Group(Struct, frozen=True):
    """Holds when at least ``k`` of its members (witnesses or earlier groups) hold."""

    name: str
    k: int
    members: tuple[str, ...]


class Policy(Struct, frozen=True):
    """A policy as read; ``quorum`` is the name of a witness or group, or ``none``."""

    logs: tuple[Log, ...]
    witnesses: tuple[Witness, ...]
    groups: tuple[Group, ...]
    quorum: str

    def holds(self, signers: Iterable[str]) -> bool:
        """Whether the witnesses named in ``signers`` make the quorum."""
        reached = set(signers)
        for group in self.groups:
            if sum(member in reached for member in group.members) >= group.k:
                reached.add(group.name)
        return self.quorum == NONE or self.quorum in reached


def policy_for(log: Verifier, witnesses: Iterable[tuple[str, Verifier]]) -> Policy:
    """The policy of a session: one log, and every one of the named witnesses; ``quorum none`` without
    witnesses.
    """
    named = tuple(Witness(name, verifier) for name, verifier in witnesses)
    members = tuple(item.name for item in named)
    groups = (Group("everyone", len(members), members),) if members else ()
    return parse_policy(format_policy(Policy((Log(log),), named, groups, "everyone" if members else NONE)))


def format_policy(policy: Policy) -> bytes:
    """The policy as a file."""
    lines = [_line("log", item.verifier.vkey(), item.url) for item in policy.logs]
    lines += [_line("witness", item.name, item.verifier.vkey(), item.url) for item in policy.witnesses]
    lines += [_line("group", item.name, _threshold(item), *item.members) for item in policy.groups]
    return "\n".join([*lines, _line("quorum", policy.quorum), ""]).encode()


def parse_policy(data: bytes) -> Policy:
    """Read a policy file; comments and empty lines are dropped. Raises ``Malformed`` naming the line."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("a policy is UTF-8", "policy") from None
    if _CONTROL.search(text) or not text.endswith("\n") or text.count("\n") > MAX_LINES:
        raise Malformed(f"a policy is at most {MAX_LINES} lines without control characters", "policy")
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), 1):
        words = re.findall(r"[^ \t]+", line)
        if words and not words[0].startswith("#"):
            reader.read(words, f"policy line {number}")
    return reader.done()


def check_quorum(policy: Policy, note: bytes) -> list[str]:
    """Names of the witnesses that cosigned the checkpoint, in the policy's order.

    Raises ``Malformed`` if the note is no checkpoint, ``Broken`` if no listed log signed it, a known key's
    line does not verify, or the quorum is not reached.
    """
    return check_checkpoint(policy, note)[1]


def check_checkpoint(policy: Policy, note: bytes) -> tuple[Checkpoint, list[str]]:
    """Like ``check_quorum``, and the checkpoint itself."""
    parsed = parse_note(note)
    checkpoint = parse_checkpoint(parsed.text)
    logs = [item.verifier for item in policy.logs if item.verifier.name == checkpoint.origin]
    if not verify_note(parsed, logs):
        raise Broken(f"no log of the policy signed this checkpoint of {checkpoint.origin}")
    names = [item.name for item in policy.witnesses if verify_note(parsed, [item.verifier])]
    if not policy.holds(names):
        raise Broken(f"quorum {policy.quorum} is not reached by {', '.join(names) or 'nobody'}")
    return checkpoint, names


class _Reader:
    """Reads lines in order, knowing what stands above."""

    def __init__(self) -> None:
        self._logs: list[Log] = []
        self._witnesses: list[Witness] = []
        self._groups: list[Group] = []
        self._quorum: str | None = None
        self._names = {NONE}
        self._members: set[str] = set()

    def read(self, words: list[str], where: str) -> None:
        kinds: dict[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._set_quorum,
        }
        if words[0] not in kinds:
            raise Malformed(f"unknown word {words[0][:40]!r}", where)
        try:
            kinds[words[0]](words[1:])
        except Malformed as error:
            raise Malformed(error.reason, where) from None

    def done(self) -> Policy:
        if self._quorum is None:
            raise Malformed("a policy has a quorum line", "policy")
        return Policy(tuple(self._logs), tuple(self._witnesses), tuple(self._groups), self._quorum)

    def _log(self, words: list[str]) -> None:
        _need(len(words) in (1, 2), "log <vkey> [<url>]")
        verifier = _key(words[0], ED25519)
        _need(all(item.verifier.public != verifier.public for item in self._logs), "this log is listed twice")
        self._logs.append(Log(verifier, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        _need(len(words) in (2, 3), "witness <name> <vkey> [<url>]")
        verifier = _key(words[1], COSIGNATURE)
        twice = any(item.verifier.public == verifier.public for item in self._witnesses)
        _need(not twice, "this witness key is listed twice")
        self._define(words[0])
        self._witnesses.append(Witness(words[0], verifier, *words[2:]))

    def _group(self, words: list[str]) -> None:
        _need(len(words) >= 3, "group <name> <k|any|all> <member>…")
        name, threshold, *members = words
        k = {"any": 1, "all": len(members)}.get(threshold) or decimal(threshold)
        _need(1 <= k <= len(members), "the threshold lies between 1 and the number of members")
        for member in members:
            _need(member in self._names and member != NONE, f"{member} is not defined above")
            _need(member not in self._members, f"{member} is already a member of a group")
            self._members.add(member)
        self._define(name)
        self._groups.append(Group(name, k, tuple(members)))

    def _set_quorum(self, words: list[str]) -> None:
        _need(len(words) == 1 and self._quorum is None, "exactly one line: quorum <name>")
        _need(words[0] in self._names, f"{words[0]} is not defined above")
        self._quorum = words[0]

    def _define(self, name: str) -> None:
        _need(name not in self._names, f"{name} is defined twice")
        self._names.add(name)


def _key(vkey: str, algorithm: int) -> Verifier:
    verifier = Verifier.parse(vkey)
    _need(verifier.algorithm == algorithm, f"the key must be of type {algorithm:02x}")
    return verifier


def _need(condition: bool, reason: str) -> None:
    if not condition:
        raise Malformed(reason)


def _line(*words: str) -> str:
    return " ".join(word for word in words if word)


def _threshold(group: Group) -> str:
    return "all" if group.k == len(group.members) else "any" if group.k == 1 else str(group.k)
