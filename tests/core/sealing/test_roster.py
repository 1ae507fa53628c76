"""Rosters: one rule, one spelling."""

import json

import pytest
from sealing_vectors import load

from evalhub.core.codec import canonical
from evalhub.core.errors import Malformed
from evalhub.core.sealing.keys import KemKey, PublicJwk
from evalhub.core.sealing.roster import Roster, Trustee, read_roster, roster_for

VECTOR = load("envelope")


def trustees(*names: str) -> list[Trustee]:
    return [Trustee(name=name, pk=KemKey.generate().public) for name in names]


def test_the_frozen_roster() -> None:
    roster = read_roster(VECTOR["roster"].encode())
    assert roster.digest() == VECTOR["roster_digest"]
    assert roster_for(roster.session, reversed(roster.trustees)) == roster


def test_three_centres() -> None:
    roster = roster_for("s", trustees("oversight", "host", "guest-2", "guest-1"))
    assert roster.names() == ("guest-1", "guest-2", "host", "oversight")
    assert len(roster.blind) == 6
    assert read_roster(canonical(roster)) == roster


@pytest.mark.parametrize("names", [(), ("host",), ("host", "oversight"), ("host", "host", "guest")])
def test_too_few_or_twice(names: tuple[str, ...]) -> None:
    with pytest.raises(Malformed):
        roster_for("s", trustees(*names))


@pytest.mark.parametrize("name", ["", "-host", "ho st", "ho\0st", "主场", "host\n", "h" * 65])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(Malformed):
        roster_for("s", trustees(name, "guest", "oversight"))


@pytest.mark.parametrize("session", ["", "a b", "a\0", "a\n", "s" * 129])
def test_session_ids_are_plain(session: str) -> None:
    with pytest.raises(Malformed):
        roster_for(session, trustees("host", "guest", "oversight"))


def test_one_key_under_two_names_is_one_holder() -> None:
    one, two, _ = trustees("guest", "host", "oversight")
    with pytest.raises(Malformed, match="key of its own"):
        roster_for("s", [one, two, Trustee(name="oversight", pk=one.pk)])


def test_a_key_off_the_curve() -> None:
    bad = Trustee(name="oversight", pk=PublicJwk(x="A" * 43, y="A" * 43))
    with pytest.raises(Malformed, match="not on P-256"):
        roster_for("s", [*trustees("guest", "host"), bad])


def test_other_rules_and_orders_are_refused() -> None:
    plain = json.loads(VECTOR["roster"])
    for wrong in (
        plain | {"blind": []},
        plain | {"blind": [["guest"], ["host"]]},
        plain | {"blind": [["host"], ["guest"], ["oversight"]]},
        plain | {"trustees": plain["trustees"][::-1]},
        plain | {"v": 2},
    ):
        with pytest.raises(Malformed):
            read_roster(canonical(wrong))
    with pytest.raises(Malformed):
        read_roster(canonical(Roster(session="s", trustees=(), blind=())))
