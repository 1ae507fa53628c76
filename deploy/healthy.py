"""``python healthy.py CONFIG``: whether the process with this settings file answers; exit code 0 or 1, one sentence.

A centre or oversight is asked for ``/healthz``. The hub answers nobody without a client certificate, and its own folder
has none: there it counts that the event loop completes a TLS handshake with a certificate that the authority signed.
Needs Python only, so that it runs in the image and beside any service manager.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

SECONDS = 4
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - read, not bound


def main() -> int:
    """Ask once."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: healthy.py CONFIG\n")
        return 2
    config = Path(sys.argv[1])
    try:
        settings = tomllib.loads(config.read_text("utf-8"))
        answer = handshake(settings, config.parent) if "hub" not in settings else healthz(settings)
    except (OSError, ValueError) as error:
        sys.stdout.write(f"no: {error}\n")
        return 1
    sys.stdout.write(f"yes: {answer}\n")
    return 0


def address(settings: dict[str, Any]) -> tuple[str, int]:
    """Where the process can be reached from this machine."""
    host = settings.get("host", "127.0.0.1")
    return ANY_ADDRESS.get(host, host), settings["port"]


def healthz(settings: dict[str, Any]) -> str:
    """The state of a party's line to the hub. Raises ``OSError`` or ``ValueError`` without a proper answer."""
    host, port = address(settings)
    with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=SECONDS) as response:
        return f"line to the hub {json.load(response)['hub']}"


def handshake(settings: dict[str, Any], folder: Path) -> str:
    """The version of TLS that the hub speaks. Raises ``OSError`` if it does not, or with a strange certificate."""
    if not settings.get("certificate"):
        with socket.create_connection(address(settings), timeout=SECONDS):
            return "listening, without TLS"
    context = ssl.create_default_context(cafile=str(folder / settings["authority"]))
    host, port = address(settings)
    with (
        socket.create_connection((host, port), timeout=SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        return line.version() or "no TLS"


if __name__ == "__main__":
    sys.exit(main())
