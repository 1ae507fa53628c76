"""Certificates of booth keys: by the centre's identity and nobody else, for this very key, for signing only."""

from __future__ import annotations

from cryptography import x509
from cryptography.x509.oid import NameOID

from evalhub.core.sealing.keys import SigningKey
from evalhub.core.sealing.signers import NO_END, certify, check_certificate, make_signer_authority

AT = 1_774_000_000_123


def made(identity: SigningKey, booth: SigningKey) -> tuple[bytes, bytes]:
    authority = make_signer_authority(identity, organisation="武汉市公共资源交易中心", common_name="wuhan", at=AT)
    name = {"organisation": "武汉市公共资源交易中心", "common_name": "member-3 wuhan/A101-02"}
    return certify(identity, authority, booth.public, at=AT, **name), authority


def test_a_certificate_fits_its_key_and_its_centre_only():
    identity, booth, other = (SigningKey.generate() for _ in range(3))
    leaf, authority = made(identity, booth)
    assert check_certificate(leaf, authority, booth.public, identity.public)
    assert not check_certificate(leaf, authority, other.public, identity.public)
    assert not check_certificate(leaf, authority, booth.public, other.public)
    forged, forger = made(other, booth)
    assert not check_certificate(forged, authority, booth.public, identity.public)
    assert not check_certificate(forged, forger, booth.public, identity.public)
    assert not check_certificate(authority, authority, identity.public, identity.public), "an authority signs no report"


def test_bytes_that_are_no_certificate_are_none():
    identity, booth = SigningKey.generate(), SigningKey.generate()
    leaf, authority = made(identity, booth)
    for data in (b"", b"x", leaf[:-1], leaf + b"x", b"-----BEGIN CERTIFICATE-----\n"):
        assert not check_certificate(data, authority, booth.public, identity.public)
        assert not check_certificate(leaf, data, booth.public, identity.public)


def test_it_names_alias_and_seat_and_has_no_end():
    identity, booth = SigningKey.generate(), SigningKey.generate()
    leaf = x509.load_der_x509_certificate(made(identity, booth)[0])
    names = {attribute.oid: attribute.value for attribute in leaf.subject}
    assert names == {
        NameOID.ORGANIZATION_NAME: "武汉市公共资源交易中心",
        NameOID.COMMON_NAME: "member-3 wuhan/A101-02",
    }
    assert leaf.not_valid_after_utc == NO_END
    assert leaf.not_valid_before_utc.timestamp() * 1000 < AT
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.content_commitment, usage.digital_signature, usage.key_cert_sign) == (True, True, False)
