"""The private CA, judged by Python's TLS in strict mode: whole mutual handshakes over memory buffers."""

import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from evalhub.core.errors import Malformed
from evalhub.core.sealing.certificates import certificate_name, issue, make_authority

NOW = datetime.fromtimestamp(int(time.time()), UTC)  # TLS reads the clock of the machine, so these must fit it
Pair = tuple[bytes, bytes]


def leaf(authority: Pair, name: str, **change: object) -> Pair:
    wanted: dict = {
        "hosts": ["hub.example", "127.0.0.1"],
        "client": True,
        "server": True,
        "days": 3,
        "serial": 7,
    }
    return issue(*authority, common_name=name, now=NOW, **(wanted | change))


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority("评审网络 CA", NOW, 1)


def tls(folder: Path, purpose: ssl.Purpose, trusted: bytes, own: Pair) -> ssl.SSLContext:
    context = ssl.create_default_context(purpose, cadata=trusted.decode())
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    context.verify_mode = ssl.CERT_REQUIRED
    chain = folder / f"{purpose.name}.pem"
    chain.write_bytes(own[0] + own[1])
    context.load_cert_chain(chain)
    return context


def shake(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> bytes:
    """Do the handshake; the certificate (DER) that the server saw."""
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    far = server.wrap_bio(up, down, server_side=True)
    near = client.wrap_bio(down, up, server_hostname=host)
    pending = [near, far]
    for _ in range(10):
        for end in tuple(pending):
            try:
                end.do_handshake()
                pending.remove(end)
            except ssl.SSLWantReadError:
                continue
    assert not pending
    seen = far.getpeercert(binary_form=True)
    assert seen is not None
    return seen


@pytest.mark.parametrize("host", ["hub.example", "127.0.0.1"])
def test_mutual_tls(tmp_path: Path, authority: Pair, host: str) -> None:
    server = tls(tmp_path, ssl.Purpose.CLIENT_AUTH, authority[0], leaf(authority, "hub", client=False))
    client = tls(tmp_path, ssl.Purpose.SERVER_AUTH, authority[0], leaf(authority, "guest", hosts=[], server=False))
    assert certificate_name(shake(server, client, host)) == "guest"


@pytest.mark.parametrize(
    ("server_change", "client_change", "host", "reason"),
    [
        ({}, {}, "other.example", "Hostname mismatch"),
        ({"server": False}, {}, "hub.example", "unsuitable certificate purpose"),
        ({}, {"client": False}, "hub.example", "unsuitable certificate purpose"),
        ({"now": NOW - timedelta(days=4)}, {}, "hub.example", "certificate has expired"),
        ({"now": NOW + timedelta(days=1)}, {}, "hub.example", "not yet valid"),
    ],
)
def test_tls_refuses(
    tmp_path: Path, authority: Pair, server_change: dict, client_change: dict, host: str, reason: str
) -> None:
    base = {
        "common_name": "x",
        "hosts": ["hub.example"],
        "client": True,
        "server": True,
        "now": NOW,
        "days": 3,
    }
    own = issue(*authority, **(base | server_change), serial=2)
    theirs = issue(*authority, **(base | client_change), serial=3)
    server = tls(tmp_path, ssl.Purpose.CLIENT_AUTH, authority[0], own)
    client = tls(tmp_path, ssl.Purpose.SERVER_AUTH, authority[0], theirs)
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        shake(server, client, host)


def test_another_authority_of_the_same_name_is_not_trusted(tmp_path: Path, authority: Pair) -> None:
    impostor = make_authority("评审网络 CA", NOW, 1)
    server = tls(tmp_path, ssl.Purpose.CLIENT_AUTH, authority[0], leaf(impostor, "hub"))
    client = tls(tmp_path, ssl.Purpose.SERVER_AUTH, authority[0], leaf(authority, "guest"))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(server, client, "hub.example")


def test_a_leaf_signs_no_further_leaf(tmp_path: Path, authority: Pair) -> None:
    middle = leaf(authority, "hub")
    rogue = leaf(middle, "rogue")
    server = tls(tmp_path, ssl.Purpose.CLIENT_AUTH, authority[0], (rogue[0] + middle[0], rogue[1]))
    client = tls(tmp_path, ssl.Purpose.SERVER_AUTH, authority[0], leaf(authority, "guest"))
    with pytest.raises(ssl.SSLCertVerificationError):
        shake(server, client, "hub.example")


def test_extensions(authority: Pair) -> None:
    root, hub = (x509.load_pem_x509_certificate(pem) for pem in (authority[0], leaf(authority, "hub")[0]))
    for cert, basic in (
        (root, x509.BasicConstraints(ca=True, path_length=0)),
        (hub, x509.BasicConstraints(ca=False, path_length=None)),
    ):
        found = cert.extensions.get_extension_for_class(x509.BasicConstraints)
        usage = cert.extensions.get_extension_for_class(x509.KeyUsage)
        assert (found.value, found.critical, usage.critical) == (basic, True, True)
        assert (usage.value.key_cert_sign, usage.value.digital_signature) == (basic.ca, not basic.ca)
    hub.verify_directly_issued_by(root)


def test_times_and_serial_are_the_arguments(authority: Pair) -> None:
    cert = x509.load_pem_x509_certificate(leaf(authority, "hub", serial=99, days=5)[0])
    assert cert.serial_number == 99
    assert cert.not_valid_before_utc == NOW - timedelta(minutes=5)
    assert cert.not_valid_after_utc == NOW + timedelta(days=5)
    late = x509.load_pem_x509_certificate(leaf(authority, "hub", days=9999)[0])
    assert late.not_valid_after_utc == x509.load_pem_x509_certificate(authority[0]).not_valid_after_utc


def test_common_name_from_pem_and_der(authority: Pair) -> None:
    pem, _ = leaf(authority, "guest/A101", hosts=[], server=False)
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    assert certificate_name(pem) == certificate_name(der) == "guest/A101"
    for wrong in (b"", b"junk", pem[:200]):
        with pytest.raises(Malformed):
            certificate_name(wrong)


@pytest.mark.parametrize("change", [{"client": False, "server": False}, {"hosts": []}, {"hosts": ["主场.example"]}])
def test_useless_certificates_are_not_issued(authority: Pair, change: dict) -> None:
    with pytest.raises(Malformed):
        leaf(authority, "hub", **change)


@pytest.mark.parametrize("name", ["", "n" * 65])
def test_common_names_have_a_length(authority: Pair, name: str) -> None:
    with pytest.raises(Malformed):
        leaf(authority, name)
    with pytest.raises(Malformed):
        make_authority(name, NOW, 1)


def test_key_and_certificate_of_an_authority_fit(authority: Pair) -> None:
    other = make_authority("other", NOW, 1)
    with pytest.raises(Malformed, match="does not fit"):
        leaf((authority[0], other[1]), "hub")
