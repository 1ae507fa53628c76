"""Nothing in the repository tells on which machine, by which tools or through which mirror it was made.

Forbidden words are kept as digests, so that this list does not hold what it forbids. To add one:
``python -c "import hashlib; print(hashlib.sha256(b'the word').hexdigest()[:16])"`` (lower case; two words, one space).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

import pytest
from support.repository import ROOT, files, git, shown, text

FORBIDDEN = frozenset(
    {
        "053ea4804ef1bb33",
        "12607696c43d9002",
        "31a85e22a24a7a4f",
        "386ebc0efd04339a",
        "3ea125d0bff386e6",
        "442e56863b7e9cf8",
        "487b91042c7cf27a",
        "57de4cf40144bdf7",
        "5d72436256ada538",
        "5eff592cc497fccb",
        "60965168ce762e94",
        "6764434518d37f01",
        "6f7ac1823da81d2e",
        "76dc0ddaccd2ca53",
        "7d3194f79e645c42",
        "94a168d2da574b00",
        "a4d76a4d59584d6f",
        "c5f9d8f01eaaecc5",
        "c70eca6b0f88f44d",
        "c857d09db23e6822",
        "cdcbb68a3444fdd6",
        "d2356ecdca6189bc",
        "d298391b07433318",
        "de2187af3fb01170",
        "e16202309c921807",
        "ee662f0a4316976d",
        "f60472c7e99ddf31",
    }
)
# A home folder or a mount of some machine. Written with classes, or this line would be a hit.
MACHINE_PATH = re.compile(r"(?<![\w./}])/(?:home|root|Users|work|mnt|opt)[/][\w.-]+")
ADDRESS = re.compile(r"\b(?:https?|wss?|git\+ssh|ftp)://(?:[^\s/@'\"`]*@)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)")
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "hub", "host", "guest", "oversight"})
RESERVED = (".example", ".test", ".invalid", ".localhost", "example.org", "example.com")  # RFC 2606, RFC 6761
PUBLIC = frozenset(
    {
        "c2sp.org",
        "creativecommons.org",
        "datatracker.ietf.org",
        "github.com",
        "json-schema.org",
        "keepachangelog.com",
        "opencollective.com",
        "raw.githubusercontent.com",
        "semver.org",
        "spec.openapis.org",
        "standard.open-contracting.org",
        "www.apache.org",
        "www.iana.org",
        "www.rfc-editor.org",
        "www.w3.org",
    }
)


def digest(words: str) -> str:
    """How a forbidden word or pair of words is kept."""
    return sha256(words.encode()).hexdigest()[:16]


def forbidden(content: str) -> Iterator[str]:
    """Every forbidden word, or pair of neighbouring words, in ``content``."""
    words = re.findall(r"[a-z]+", content.lower())
    for candidate in {*words, *(f"{one} {other}" for one, other in pairwise(words))}:
        if digest(candidate) in FORBIDDEN:
            yield candidate


def strange_hosts(content: str) -> Iterator[str]:
    """Hosts of addresses that are neither reserved for examples, nor ours, nor a public source we cite."""
    for host in ADDRESS.findall(content):
        if host not in OWN_NAMES | PUBLIC and not host.endswith(RESERVED):
            yield host


def contents() -> Iterator[tuple[str, str]]:
    for path in files():
        content = text(path)
        if content is not None:
            yield shown(path), content


def test_no_forbidden_word_in_any_file_or_file_name() -> None:
    found = {name: hits for name, content in contents() if (hits := sorted(forbidden(f"{name}\n{content}")))}
    assert found == {}


def test_no_forbidden_word_in_any_commit_message() -> None:
    assert sorted(forbidden(git("log", "--format=%B"))) == []


def test_no_path_of_a_machine() -> None:
    found = {name: hits for name, content in contents() if (hits := MACHINE_PATH.findall(content))}
    assert found == {}
    assert [name for name, content in contents() if str(ROOT) in content] == []


def test_every_address_is_public_reserved_or_ours() -> None:
    found = {name: hits for name, content in contents() if (hits := sorted(set(strange_hosts(content))))}
    assert found == {}


@pytest.mark.parametrize("path", ["/" + "home/somebody/evalhub", "cd " + "/" + "work/evalhub"])
def test_a_machine_path_would_be_found(path: str) -> None:
    assert MACHINE_PATH.search(path)


@pytest.mark.parametrize("path", ["evalhub/home/x", "./work/x", "https://c2sp.org/root/x", "/data/hub"])
def test_other_paths_are_not(path: str) -> None:
    assert not MACHINE_PATH.search(path)


def test_a_strange_host_would_be_found() -> None:
    assert list(strange_hosts("index = https" + "://user:secret@mirror.corp" + ".lan/simple")) == ["mirror.corp.lan"]
    assert list(strange_hosts("https" + "://packages:8080/x")) == ["packages"]


def test_a_forbidden_word_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(__name__ + ".FORBIDDEN", {digest("marzipan"), digest("sour cream")})
    assert sorted(forbidden("Sour\ncream, no almonds: MARZIPAN_1")) == ["marzipan", "sour cream"]
