"""The ledger: append-only entries, their Merkle tree, signed checkpoints, witnesses and the archive bundle.

Formats are those of C2SP (signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-witness, tlog-
proof, tlog-policy) over the tree of RFC 9162, so that tools nobody here wrote can check our records. Pure:
bytes in, bytes out. Never reads a clock or a disk, and never re-serialises bytes in order to verify them.
"""
