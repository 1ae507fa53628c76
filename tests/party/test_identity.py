"""Long-term keys: made once, private, and a clear sentence when something is wrong with them."""

from __future__ import annotations

import stat

import pytest

from evalhub.core.errors import Broken, Malformed, Refusal
from evalhub.core.ledger.note import Note, verify_note
from evalhub.core.sealing.jws import verify
from evalhub.core.wire.frames import LINE_TYP
from evalhub.party import private_files
from evalhub.party.identity import IDENTITY, WITNESS, Identity


def test_what_is_made_is_loaded_again_and_is_private(tmp_path) -> None:
    made = Identity.create(tmp_path / "keys", name="wuhan", domain="evalhub.test")
    loaded = Identity.load(tmp_path / "keys")
    assert (loaded.name, loaded.domain) == ("wuhan", "evalhub.test")
    assert loaded.public == made.public
    assert loaded.witness == made.witness
    assert loaded.witness.vkey().startswith("evalhub.test/wuhan+")
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "keys").iterdir()} == {0o600}


def test_keys_are_never_replaced(tmp_path) -> None:
    Identity.create(tmp_path, name="wuhan", domain="evalhub.test")
    before = (tmp_path / IDENTITY).read_bytes()
    with pytest.raises(Refusal, match="keys-exist"):
        Identity.create(tmp_path, name="wuhan", domain="evalhub.test")
    assert (tmp_path / IDENTITY).read_bytes() == before


@pytest.mark.parametrize("name", ["", "Wuhan", "a/b", "wu+han", "..", "x" * 33])
def test_names_that_cannot_be_written_into_a_key_name_are_refused(tmp_path, name: str) -> None:
    with pytest.raises(Malformed):
        Identity.create(tmp_path, name=name, domain="evalhub.test")


@pytest.mark.parametrize("file", [IDENTITY, WITNESS])
def test_a_missing_open_or_damaged_key_is_one_sentence_with_the_file(tmp_path, file: str) -> None:
    Identity.create(tmp_path, name="wuhan", domain="evalhub.test")
    path = tmp_path / file
    path.chmod(0o640)
    with pytest.raises(Broken, match=f"{file}.*chmod 600"):
        Identity.load(tmp_path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(Broken, match=file):
        Identity.load(tmp_path)
    path.unlink()
    with pytest.raises(Broken, match=f"{file}.*No such file"):
        Identity.load(tmp_path)


def test_a_renamed_witness_key_is_noticed(tmp_path) -> None:
    Identity.create(tmp_path, name="wuhan", domain="evalhub.test")
    path = tmp_path / WITNESS
    path.write_bytes(path.read_bytes().replace(b"wuhan", b"wedzz"))
    with pytest.raises(Broken, match="key id"):
        Identity.load(tmp_path)


def test_cosignatures_and_line_proofs_verify(tmp_path) -> None:
    identity = Identity.create(tmp_path, name="wuhan", domain="evalhub.test")
    text = "evalhub.test/evalhub/s\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    note = Note(text, (identity.cosign(text, 1_774_000_000),))
    assert [item.timestamp for item in verify_note(note, [identity.witness])] == [1_774_000_000]
    assert verify(identity.prove("n" * 43, "hub"), identity.public, LINE_TYP) == (
        b'{"name":"wuhan","nonce":"' + b"n" * 43 + b'","to":"hub"}'
    )


def test_destroying_overwrites_what_a_second_name_still_reaches(tmp_path) -> None:
    path, other = tmp_path / "secret", tmp_path / "other"
    private_files.write_new(path, b"s" * 200)
    other.hardlink_to(path)
    private_files.destroy(path)
    assert not path.exists()
    assert b"sss" not in other.read_bytes()
    private_files.destroy(path)  # again is fine
    with pytest.raises(FileExistsError):
        private_files.write_new(other, b"x")
