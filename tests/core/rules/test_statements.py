"""Signed statements: bytes, signatures, keys, sessions."""

from __future__ import annotations

import json

import msgspec
import pytest
from support.roads import malformed, refuses, road
from support.world import World, payload_of

from evalhub.core.codec import canonical
from evalhub.core.rules import commands as c
from evalhub.core.rules import statements
from evalhub.core.sealing.b64 import b64u, unb64u
from evalhub.core.sealing.jws import sign
from evalhub.core.sealing.keys import SigningKey

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # order of P-256, SEC 2 §2.4.2


def plain(world: World, **changes: object) -> bytes:
    """The payload of oversight's next statement, bent; None drops a member."""
    n = world.state.counters.get(world.parties["oversight"].identity.kid, 0) + 1
    said = {"v": 1, "session": world.session, "n": n, "type": "pause_session", "body": {"reason": "-"}, **changes}
    kept = {name: value for name, value in said.items() if value is not None}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def send(world: World, payload: bytes, typ: str = statements.SAY_TYP) -> object:
    return world.relay(sign(world.parties["oversight"].identity, typ, payload))


def test_the_bent_statements_are_bent_from_a_right_one():
    world = road("chair")
    send(world, plain(world))
    assert world.state.paused_since is not None


BENT = [
    {"extra": 1},
    {"v": 2},
    {"v": None},
    *({"n": n} for n in ("1", -1, 0, 2**53, None)),
    *({"type": kind} for kind in ("record_gate", "seal_sheet", "escrow_randomness", "no_such_type", 3)),
    *({"body": body} for body in ({"reason": "-", "extra": "-"}, {}, {"reason": 3}, {"reason": ""}, [], None)),
    {"session": None},
    {"operator": {"account": "a"}},
    {"operator": {"account": "", "address": "-"}},
]


@pytest.mark.parametrize("changes", BENT, ids=str)
def test_anything_but_the_format_is_malformed(changes):
    world = road("chair")
    malformed(world, lambda: send(world, plain(world, **changes)))


def test_an_answer_off_the_list_is_malformed():
    world = road("signing")
    seat = next(iter(world.state.seats))
    kid = world.booths[seat].key.kid
    said = {"v": 1, "session": world.session, "n": world.state.counters[kid] + 1, "type": "sign_report",
            "body": {"report": world.state.report, "answer": "maybe", "text": ""}}  # fmt: skip
    malformed(world, lambda: world.relay(sign(world.booths[seat].key, statements.SAY_TYP, canonical(said))))


def test_json_has_one_spelling():
    world = road("chair")
    payload = plain(world)
    for bent in (
        payload.replace(b",", b", ", 1),
        b" " + payload,
        payload + b"\n",
        payload.replace(b'{"body"', b'{"v":1,"body"'),
    ):
        malformed(world, lambda bent=bent: send(world, bent))
    spaced = payload.replace(b'{"reason":"-"}', b'{"reason": "-"}')
    malformed(world, lambda: send(world, spaced))


def test_another_type_of_message_is_no_statement():
    world = road("chair")
    malformed(world, lambda: send(world, plain(world), statements.HELLO_TYP))
    malformed(world, lambda: send(world, plain(world), "evalhub-seal+jws"))


def test_another_session():
    world = road("chair")
    refuses(world, "wrong-session", lambda: send(world, plain(world, session="WH-2026-1121-004")))


def test_operator_is_kept_in_the_signed_bytes():
    world = road("chair")
    operator = statements.Operator(account="supervisor-1", address="10.0.0.7")
    key = world.parties["oversight"].identity
    n = world.state.counters[key.kid] + 1
    jws = statements.say(key, world.session, n, c.PauseSession(reason="-"), operator)
    assert b"supervisor-1" in payload_of(jws)
    world.relay(jws)
    assert b"supervisor-1" in payload_of(msgspec.json.decode(world.entries[-1])["jws"])


def test_a_forged_signature_does_not_verify():
    world = road("chair")
    jws = world.statement(world.parties["oversight"].identity, c.PauseSession(reason="-"))
    head, payload, signature = jws.split(".")
    other = world.statement(world.parties["oversight"].identity, c.PauseSession(reason="x")).split(".")[2]
    flipped = b64u(bytes([unb64u(signature)[0] ^ 1]) + unb64u(signature)[1:])
    for bad in (other, flipped, b64u(bytes(64))):
        malformed(world, lambda bad=bad: world.relay(f"{head}.{payload}.{bad}"))


def test_a_signature_has_one_base64_text():
    world = road("chair")
    jws = world.statement(world.parties["oversight"].identity, c.PauseSession(reason="-"))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    loose = jws[:-1] + alphabet[alphabet.index(jws[-1]) + 1]
    for bad in (loose, jws + "=", jws + "==", jws + "\n"):
        malformed(world, lambda bad=bad: world.relay(bad))


def test_the_other_half_of_a_malleable_signature_is_still_the_same_statement():
    world = road("chair")
    jws = world.statement(world.parties["oversight"].identity, c.PauseSession(reason="-"))
    head, payload, signature = jws.split(".")
    raw = unb64u(signature)
    twin = b64u(raw[:32] + (N - int.from_bytes(raw[32:], "big")).to_bytes(32, "big"))
    world.relay(jws)
    world.say("oversight", c.ResumeSession(reason="-"))
    refuses(world, "wrong-counter", lambda: world.relay(f"{head}.{payload}.{twin}"))


def test_nobody_without_a_key_of_the_session_says_anything():
    world = road("chair")
    stranger = SigningKey.generate()
    refuses(world, "unknown-key", lambda: world.relay(world.statement(stranger, c.PauseSession(reason="-"))))
    kem = world.parties["oversight"].kem
    impostor = statements.say(stranger, world.session, 1, c.PauseSession(reason="-"))
    head = b64u(canonical({"alg": "ES256", "kid": world.parties["oversight"].identity.kid, "typ": statements.SAY_TYP}))
    malformed(world, lambda: world.relay(".".join([head, *impostor.split(".")[1:]])))
    assert kem.kid not in world.state.keys


def test_a_booth_has_no_voice_beyond_its_own_commands():
    world = road("verification")
    seat = next(iter(world.state.seats))
    for command in (c.ConcludeVerification(), c.PauseSession(reason="-"), c.CancelSession(reason="-")):
        refuses(world, "not-yours", lambda command=command: world.booth_say(seat, command))


def test_statements_for_all_commands_are_read_back():
    """Whatever has a name and is not the hub's or an envelope can be said, and comes back equal."""
    world = road("archived")
    for event in world.events:
        if event.by.n:
            jws = statements.say(world.parties["oversight"].identity, world.session, 1, event.content)
            statement = msgspec.json.decode(payload_of(jws), type=statements.Statement)
            assert statements._command(statement) == event.content
