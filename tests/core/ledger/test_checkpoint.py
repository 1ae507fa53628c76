"""Checkpoints: three lines, and a rehearsal that says so."""

import pytest

from evalhub.core.errors import Malformed
from evalhub.core.ledger.checkpoint import Checkpoint, origin_for, parse_checkpoint

TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_the_example_of_the_specification():
    read = parse_checkpoint(TEXT)
    assert (read.origin, read.size) == ("example.com/behind-the-sofa", 20852163)
    assert read.root.hex() == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"
    assert read.text() == TEXT
    assert not read.rehearsal


def test_origins():
    assert origin_for("hub.example", "S-1.2_x", False) == "hub.example/evalhub/S-1.2_x"
    assert origin_for("hub.example:8443", "S1", True) == "hub.example:8443/evalhub/rehearsal/S1"
    assert Checkpoint(origin_for("hub.example", "S1", True), 0, bytes(32)).rehearsal
    assert not Checkpoint(origin_for("hub.example", "S1", False), 0, bytes(32)).rehearsal


@pytest.mark.parametrize(
    ("domain", "session"),
    [
        ("hub.example", ""),
        ("hub.example", "rehearsal"),
        ("hub.example", "rehearsal/S1"),
        ("hub.example", "a b"),
        ("hub.example", "a+b"),
        ("hub.example", "S1\n"),
        ("hub.example", "场次一"),
        ("", "S1"),
        ("hub/evalhub/rehearsal", "S1"),
        ("hub example", "S1"),
    ],
)
def test_no_origin_pretends(domain, session):
    with pytest.raises(Malformed):
        origin_for(domain, session, False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT[:-1],
        TEXT + "extension\n",
        TEXT + "\n",
        "\n" + TEXT.split("\n", 1)[1],
        TEXT.replace("20852163", "020852163"),
        TEXT.replace("20852163", "-1"),
        TEXT.replace("20852163", "1e3"),
        TEXT.replace("q2I=", "q2J="),
        TEXT.replace("CsUY", ""),
    ],
)
def test_what_is_no_checkpoint(text):
    with pytest.raises(Malformed):
        parse_checkpoint(text)
