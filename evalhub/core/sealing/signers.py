"""Certificates for the booth keys that sign a report's PDF: X.509, issued by the centre's identity key.

PDF signatures need a certificate where our own statements need only a key. It names the alias and the seat, never the
expert (87号令 art 46). The key is destroyed with the session and nobody runs a revocation service, so a certificate has
no well-defined end (RFC 5280 §4.1.2.5); what counts is the ledger, which holds the certificate and the signature.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from evalhub.core.sealing.keys import PublicJwk, SigningKey, load_public

NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
SKEW = timedelta(minutes=5)


def make_signer_authority(identity: SigningKey, *, organisation: str, common_name: str, at: int) -> bytes:
    """DER of the centre's own certificate, signed by itself: it says only which key certifies the booths."""
    subject = _name(organisation, common_name)
    builder = _builder(subject, subject, load_public(identity.public), identity, at)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _sign(builder.add_extension(_usage(authority=True), critical=True), identity)


def certify(identity: SigningKey, authority: bytes, booth: PublicJwk, *, organisation: str, common_name: str,
            at: int) -> bytes:  # fmt: skip
    """DER of the certificate of one booth key. ``at``: hub time in ms, the beginning of its validity."""
    issuer = x509.load_der_x509_certificate(authority).subject
    builder = _builder(_name(organisation, common_name), issuer, load_public(booth), identity, at)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return _sign(builder.add_extension(_usage(authority=False), critical=True), identity)


def check_certificate(data: bytes, authority: bytes, booth: PublicJwk, identity: PublicJwk) -> bool:
    """Whether ``data`` certifies ``booth``, issued by ``authority``, and both are signed by ``identity``."""
    try:
        leaf, issuer = x509.load_der_x509_certificate(data), x509.load_der_x509_certificate(authority)
        leaf.verify_directly_issued_by(issuer)
        issuer.verify_directly_issued_by(issuer)
        fits = leaf.public_key() == load_public(booth) and issuer.public_key() == load_public(identity)
        return fits and _is_leaf(leaf)
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def _is_leaf(leaf: x509.Certificate) -> bool:
    constraints = leaf.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    return not constraints.ca and usage.content_commitment


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, identity: SigningKey, at: int
) -> x509.CertificateBuilder:
    own = x509.SubjectKeyIdentifier.from_public_key(public)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(load_public(identity.public))
    serial = int.from_bytes(hashlib.sha256(subject.public_bytes() + own.digest + at.to_bytes(8, "big")).digest()[:16])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(serial >> 1 | 1)
        .not_valid_before(datetime.fromtimestamp(at // 1000, UTC) - SKEW)
        .not_valid_after(NO_END)
        .add_extension(own, critical=False)
        .add_extension(above, critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _sign(builder: x509.CertificateBuilder, identity: SigningKey) -> bytes:
    key = load_pem_private_key(identity.to_pem(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _name(organisation: str, common_name: str) -> x509.Name:
    """RFC 5280 caps both at 64 characters."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]),
        ]
    )
