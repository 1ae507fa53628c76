"""PAdES signatures by keys that never leave their booths: everything but the signature itself is computed here.

    prepare   PDF → the same with one empty signature field for each signer
    to_sign   the DER bytes that a signer's key is to sign (ES256)
    embed     the next revision, with that signature inside

Each revision is an incremental update of the one before and a pure function of it, of the signer's certificate and of
the ledger's time: whoever holds the prepared PDF and the signatures of the ledger builds the very same file (decision
0143). What is signed are the signed attributes of CMS (RFC 5652 §5.4): the digest of everything in the file but the
place of this signature, and the certificate (ESS v2), as ETSI EN 319 142-1 asks of PAdES-B-B.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Coroutine, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, NamedTuple, TypeVar

from asn1crypto import algos, cms, x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest, SignatureObject
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

T = TypeVar("T")
RESERVED = 8192  # hex digits kept free for one signature; ours takes some 2,500
HALF = 32  # bytes of r and of s


class Signer(NamedTuple):
    """Whose signature comes next. ``certificate`` and ``authority`` are DER; ``at``: hub time in ms."""

    field: str
    name: str
    certificate: bytes
    authority: bytes
    at: int


def prepare(pdf: bytes, fields: Sequence[str]) -> bytes:
    """The PDF with empty, invisible signature fields on its last page, so that a signature only fills one in."""
    writer = _Writer(BytesIO(pdf))
    visible = InvisSigSettings(set_print_flag=True, set_hidden_flag=False)  # PDF/A hides no annotation
    for field in fields:
        append_signature_field(writer, SigFieldSpec(field, on_page=-1, invis_sig_settings=visible))
    output = BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]
    return output.getvalue()


def to_sign(pdf: bytes, signer: Signer) -> bytes:
    """The signed attributes of the signature that would come next, DER: what the booth's key signs with ES256."""
    _, prepared, _ = _revision(pdf, signer)
    return bytes(_attributes(prepared, signer).dump())


def embed(pdf: bytes, signer: Signer, signature: bytes) -> bytes:
    """The next revision. ``signature``: r ‖ s over ``to_sign``; it is not verified here."""
    filling, prepared, output = _revision(pdf, signer)
    r, s = int.from_bytes(signature[:HALF], "big"), int.from_bytes(signature[HALF:], "big")
    external = _external(signer, encode_dss_signature(r, s))
    content = _run(external.async_sign_prescribed_attributes("sha256", _attributes(prepared, signer)))
    filling.send(content)
    return output.getvalue()


class _Writer(IncrementalPdfFileWriter):  # type: ignore[misc, unused-ignore]
    """An incremental writer that takes neither chance nor the computer's clock."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        """The second identifier of a revision (ISO 32000 §14.4) is a digest of what it stands on."""
        prev.stream.seek(0)
        second = hashlib.sha256(prev.stream.read()).digest()[:16]
        first = prev.trailer["/ID"][0]
        if isinstance(first, generic.TextStringObject):
            first = generic.ByteStringObject(first.original_bytes)
        return generic.ArrayObject([first, generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """Dates and XMP stay those of the typeset report."""


def _revision(pdf: bytes, signer: Signer) -> tuple[Generator[Any, Any, Any], PreparedByteRangeDigest, BytesIO]:
    """The next revision with an empty place for the signature, its digest, and the file that is being written."""
    filling = PdfCMSEmbedder().write_cms(signer.field, _Writer(BytesIO(pdf)), existing_fields_only=True)
    next(filling)
    place = SignatureObject(
        timestamp=datetime.fromtimestamp(signer.at // 1000, UTC),
        subfilter=SigSeedSubFilter.PADES,
        name=signer.name,
        bytes_reserved=RESERVED,
    )
    filling.send(SigObjSetup(sig_placeholder=place))
    prepared, output = filling.send(SigIOSetup(md_algorithm="sha256", output=BytesIO()))
    return filling, prepared, output


def _attributes(prepared: PreparedByteRangeDigest, signer: Signer) -> cms.CMSAttributes:
    return _run(_external(signer, b"").signed_attrs(prepared.document_digest, "sha256", use_pades=True))


def _external(signer: Signer, signature: bytes) -> ExternalSigner:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(x509.Certificate.load(signer.authority))
    mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
    return ExternalSigner(x509.Certificate.load(signer.certificate), store, signature or 72, mechanism)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """pyHanko's signers are coroutines though nothing is waited for; a thread that has a loop lends another thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, work).result()
