"""A small private CA for a closed network: one authority, leaf certificates for hub, sites and oversight.

P-256, X.509 v3 as RFC 5280 wants it, strict enough for ``ssl.VERIFY_X509_STRICT``. Time and serial
numbers are arguments. It never stores anything and never revokes: leaves live for days, and an
authority can be made anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from evalhub.core.errors import Malformed
from evalhub.core.sealing.keys import SigningKey

AUTHORITY_DAYS = 3650
SKEW = timedelta(minutes=5)  # clocks of a closed network differ; a fresh certificate must already be valid
MAX_NAME = 64  # RFC 5280, ub-common-name


def make_authority(name: str, now: datetime, serial: int) -> tuple[bytes, bytes]:
    """(certificate, private key), both PEM, of a new authority for ten years. It signs leaves only.

    ``now`` is aware; ``serial`` is positive, below 2^159, never used twice by one issuer (RFC 5280
    §4.1.2.2).
    """
    key = SigningKey.generate()
    private = _private(key.to_pem())
    subject = _name(name)
    own = x509.SubjectKeyIdentifier.from_public_key(private.public_key())
    builder = (
        _builder(subject, private.public_key(), serial, authority=own)
        .issuer_name(subject)
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
    )
    return builder.sign(private, hashes.SHA256()).public_bytes(Encoding.PEM), key.to_pem()


def issue(
    authority_cert: bytes,
    authority_key: bytes,
    *,
    common_name: str,
    hosts: Sequence[str],
    client: bool,
    server: bool,
    now: datetime,
    days: int,
    serial: int,
) -> tuple[bytes, bytes]:
    """(certificate, private key), both PEM, of a leaf. ``hosts`` are DNS names and IP addresses (SAN).

    A leaf never outlives its authority. Raises ``Malformed`` for a bad name, no use, a server without
    hosts, or an authority whose key does not fit its certificate.
    """
    issuer, signer = _authority(authority_cert, authority_key)
    if not (client or server) or (server and not hosts):
        raise Malformed("a certificate is for a client, or for a server with host names")
    key = SigningKey.generate()
    public = _private(key.to_pem()).public_key()
    uses = [ExtendedKeyUsageOID.SERVER_AUTH] * server + [ExtendedKeyUsageOID.CLIENT_AUTH] * client
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_name(common_name), public, serial, authority=identifier)
        .issuer_name(issuer.subject)
        .not_valid_before(now - SKEW)
        .not_valid_after(min(now + timedelta(days=days), issuer.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    )
    if hosts:
        names = x509.SubjectAlternativeName([_host(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(Encoding.PEM), key.to_pem()


def certificate_name(data: bytes) -> str:
    """The common name of a certificate, DER or PEM. Raises ``Malformed`` unless it has exactly one."""
    names = _certificate(data).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1 or not isinstance(names[0].value, str):
        raise Malformed("a certificate has one common name")
    return names[0].value


def _builder(
    subject: x509.Name,
    public: ec.EllipticCurvePublicKey,
    serial: int,
    *,
    authority: x509.SubjectKeyIdentifier,
) -> x509.CertificateBuilder:
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(authority)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public)
        .serial_number(serial)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(issuer_key, critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(cert: bytes, key: bytes) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    issuer, signer = _certificate(cert), _private(key)
    if issuer.public_key() != signer.public_key():
        raise Malformed("the authority's key does not fit its certificate")
    return issuer, signer


def _certificate(data: bytes) -> x509.Certificate:
    try:
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except ValueError:
        raise Malformed("not a certificate") from None


def _private(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(SigningKey.from_pem(pem).to_pem(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def _name(common_name: str) -> x509.Name:
    if not 1 <= len(common_name) <= MAX_NAME:
        raise Malformed(f"a common name has 1 to {MAX_NAME} characters")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError:
        raise Malformed(f"{host!r} is neither an IP address nor an ASCII host name") from None
