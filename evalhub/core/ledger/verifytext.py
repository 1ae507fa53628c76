"""``VERIFY.txt``: how to check a bundle with tools of other people, with this bundle's own values filled in.

The commands need a POSIX shell and OpenSSL 3 and are run by a test. The text proves nothing itself: whoever
made the bundle made it too, so it tells the reader which values to obtain from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from evalhub.core.ledger.checkpoint import Checkpoint, parse_checkpoint
from evalhub.core.ledger.note import COSIGNATURE, Note, Signature, Verifier, encode64, parse_note
from evalhub.core.ledger.policy import Policy
from evalhub.core.ledger.tiles import WIDTH, tile_path
from evalhub.core.ledger.tree import leaf_hash

_DER_ED25519 = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of an Ed25519 key, up to the key itself (RFC 8410)."""

_RULE = "=" * 78

_CHINESE = """\
如何用他人的工具核验本归档包

来源（日志名称）  {origin}
条目数            {size}
默克尔树根        {root}
{rehearsal_zh}
本文件与归档包出自同一方，因此下列公钥请务必从各交易中心和监督部门另行取得并比对，
再相信任何核验结果。需要 POSIX shell 与 OpenSSL 3；在归档包根目录内执行命令。

第一步　附件。每个附件的文件名就是其 SHA-256，下列命令不应输出任何内容：
{blobs}

第二步　第一条记录。两行输出应相同，均为 {leaf}：
{first}

第三步　检查点签名。每个签名都应输出 Signature Verified Successfully：
{signatures}

第四步　整棵树。格式为 RFC 9162 与 C2SP（c2sp.org/tlog-tiles、tlog-checkpoint、
tlog-cosignature、tlog-policy），可用任何 C2SP 核验工具读取 checkpoint、tile/ 与 policy。
evalhub 自带的核验命令还会重新拆封评分表并重算结果：
    evalhub verify .
"""

_ENGLISH = """\
How to check this bundle with tools of other people

origin (name of the log)   {origin}
entries                    {size}
Merkle tree root           {root}
{rehearsal_en}
This file comes from the same hands as the bundle. Before you trust any result, obtain the public keys
below from each centre and from the supervision authority, and compare. You need a POSIX shell and
OpenSSL 3; run the commands in the folder of the bundle.

1. Blobs. The name of each is its SHA-256; this prints nothing:
{blobs}

2. The first entry. Both lines must be {leaf}:
{first}

3. Signatures of the checkpoint. Each must print Signature Verified Successfully:
{signatures}

4. The whole tree. The formats are RFC 9162 and C2SP (c2sp.org/tlog-tiles, tlog-checkpoint,
tlog-cosignature, tlog-policy): any C2SP verifier reads checkpoint, tile/ and policy.
evalhub's own command also re-opens the score sheets and recomputes the result:
    evalhub verify .
"""

_BLOBS = """\
    for f in blobs/sha256/*; do [ -f "$f" ] || continue
      [ "$(openssl dgst -sha256 -r < "$f" | cut -c1-64)" = "${f##*/}" ] || echo "BAD $f"; done"""


def verify_text(checkpoint_note: bytes, policy: Policy, entries: Sequence[bytes]) -> str:
    """The text for this checkpoint, policy and list of entries: Chinese first, then English."""
    note = parse_note(checkpoint_note)
    checkpoint = parse_checkpoint(note.text)
    values = {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "rehearsal_zh": "本包为演练记录，不具效力。\n" if checkpoint.rehearsal else "",
        "rehearsal_en": "This is the record of a rehearsal and has no effect.\n" if checkpoint.rehearsal else "",
        "blobs": _BLOBS,
        "leaf": leaf_hash(entries[0]).hex() if entries else "-",
        "first": _first_entry(checkpoint, entries),
        "signatures": _signatures(note, policy),
    }
    return f"{_CHINESE.format(**values)}\n{_RULE}\n\n{_ENGLISH.format(**values)}"


def _first_entry(checkpoint: Checkpoint, entries: Sequence[bytes]) -> str:
    """Commands which print the first leaf hash twice: from its entry, and from the tile."""
    if not entries:
        return "    # no entries"
    width = min(checkpoint.size, WIDTH)
    bundle, tile = tile_path(None, 0, width), tile_path(0, 0, width)
    return (
        f"    {{ printf '\\000'; tail -c +3 {bundle} | head -c {len(entries[0])}; }} "
        "| openssl dgst -sha256 -r | cut -c1-64\n"
        f"    head -c 32 {tile} | od -An -v -tx1 | tr -d ' \\n'; echo"
    )


def _signatures(note: Note, policy: Policy) -> str:
    known = [item.verifier for item in policy.logs] + [item.verifier for item in policy.witnesses]
    parts = [
        _signature(verifier, signature)
        for verifier in known
        for signature in note.signatures
        if (signature.name, signature.key_id) == (verifier.name, verifier.key_id)
    ]
    return "\n".join(parts) or "    # no signature by a key of the policy"


def _signature(verifier: Verifier, signature: Signature) -> str:
    """Commands which check one signature line; the key and the signature are written out."""
    header = ""
    if verifier.algorithm == COSIGNATURE:
        header = f"cosignature/v1\\ntime {int.from_bytes(signature.value[:8], 'big')}\\n"
    return f"""\
    # {verifier.vkey()}
    printf '%s\\n' '-----BEGIN PUBLIC KEY-----' {encode64(_DER_ED25519 + verifier.public)} \\
      '-----END PUBLIC KEY-----' > /tmp/key.pem
    echo {encode64(signature.value[-64:])} | openssl base64 -d -A > /tmp/sig
    {{ printf '{header}'; head -n 3 checkpoint; }} > /tmp/message
    openssl pkeyutl -verify -pubin -inkey /tmp/key.pem -rawin -in /tmp/message -sigfile /tmp/sig"""
