"""Set up the pages: install the locked npm packages, copy the two browser libraries next to the pages.

    python tools/web.py            npm ci (skipped when the lock has not changed), then copy and check
    python tools/web.py --no-npm   copy and check only

Only ``evalhub/web/vendor.sha256`` decides what may be copied: a file with another digest is refused.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "evalhub" / "web" / "static" / "vendor"
DIGESTS = ROOT / "evalhub" / "web" / "vendor.sha256"
FILES = {
    "preact.mjs": "preact/dist/preact.mjs",
    "hooks.mjs": "preact/hooks/dist/hooks.mjs",
    "htm.mjs": "htm/dist/htm.mjs",
}


def main() -> int:
    """Install, copy, check; 1 and one sentence if a file is not the pinned one."""
    if "--no-npm" not in sys.argv:
        install()
    pinned = dict(reversed(line.split()) for line in DIGESTS.read_text("ascii").splitlines())
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        found = hashlib.sha256((MODULES / source).read_bytes()).hexdigest()
        if pinned.get(name) != found:
            sys.stderr.write(f"{source}: SHA-256 {found} is not the pinned one ({DIGESTS.relative_to(ROOT)})\n")
            return 1
        shutil.copyfile(MODULES / source, VENDOR / name)
    return 0


def install() -> None:
    """``npm ci``, unless the installed tree was made from this very lock."""
    lock = (ROOT / "package-lock.json").read_bytes()
    stamp = MODULES / ".locked"
    digest = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text("ascii") == digest:
        return
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing; the pages need Node.js 20 or newer for their set-up")
    subprocess.run([npm, "ci", "--silent"], check=True, cwd=ROOT)  # noqa: S603 - our own words only
    stamp.write_text(digest, "ascii")


if __name__ == "__main__":
    sys.exit(main())
