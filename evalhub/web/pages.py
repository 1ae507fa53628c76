"""Serves a page: its document, its files, its manifest, with headers under which nothing else can run.

    GET  /<page>/                    the document, made here from the manifest
    GET  /<page>/static/{path}       exactly the bytes of the manifest
    GET  /<page>/manifest.json       canonical; its SHA-256 is the client digest
    GET  /<page>/facts.json          what the process tells its page (names, titles); never secrets
    POST /<page>/csp-report          what a browser blocked; handed to ``on_report``

Rules
- The document carries an import map with the integrity of every module; the policy carries the hash of that map. An
  altered module does not run.
- Trusted Types are required for scripts; the only policy allowed is ``evalhub-worker``.
- Documents are never stored; files are revalidated each time by their digest.

Never here: a login, a session, a rule.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from aiohttp import web

from evalhub.core.codec import Record, canonical
from evalhub.web.manifest import SUFFIXES, Page, Snapshot, snapshot

MAX_REPORT = 16_384
IMPORTS = {
    "preact": "vendor/preact.mjs",
    "preact/hooks": "vendor/hooks.mjs",
    "htm": "vendor/htm.mjs",
}
TITLES: Mapping[Page, str] = {
    "booth": "评标工位 · Evaluation booth",
    "operator": "操作台 · Operator console",
    "oversight": "监督台 · Oversight desk",
    "replay": "回放 · Replay",
}
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class NoFacts(Record):
    """A page that needs none."""


def routes(
    page: Page,
    *,
    facts: Record | None = None,
    on_report: Callable[[str], None] = lambda _: None,
) -> list[web.RouteDef]:
    """Everything under ``/<page>/``. Raises ``Malformed`` if the page's files are not all there."""
    served = Served(page, snapshot(page), canonical(facts or NoFacts()), on_report)
    return [
        web.get(f"/{page}", served.forward),
        web.get(f"/{page}/", served.document),
        web.get(f"/{page}/static/{{path:.+}}", served.file),
        web.get(f"/{page}/manifest.json", served.manifest),
        web.get(f"/{page}/facts.json", served.facts),
        web.post(f"/{page}/csp-report", served.report),
    ]


def import_map(page: Page, files: Snapshot) -> str:
    """The import map as it stands in the document: bare names, and the integrity of every module."""
    base = f"/{page}/static/"
    table = {
        "imports": {name: base + path for name, path in IMPORTS.items()},
        "integrity": {base + path: files.integrity(path) for path in files.scripts()},
    }
    return json.dumps(table, sort_keys=True, separators=(",", ":"))


def policy(page: Page, inline: str) -> str:
    """The Content-Security-Policy; ``inline`` is the one inline script, the import map."""
    digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'sha256-{digest}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types evalhub-worker",
            f"report-uri /{page}/csp-report",
        )
    )


def document(page: Page, files: Snapshot) -> str:
    """The page's HTML: nothing but the way to its modules."""
    base = f"/{page}/static/"
    styles = "".join(
        f'<link rel="stylesheet" href="{base}{path}" integrity="{files.integrity(path)}">\n'
        for path in ("shared/base.css", "desk/desk.css", f"{page}/page.css")
        if path in files.files
    )
    main = f"{page}/main.js"
    return (
        f'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{TITLES[page]}</title>\n"
        f'<link rel="icon" type="image/svg+xml" href="{base}shared/icon.svg">\n{styles}'
        f'<script type="importmap">{import_map(page, files)}</script>\n'
        f'<script type="module" src="{base}{main}" integrity="{files.integrity(main)}"></script>\n'
        f"</head>\n<body>\n<noscript>请启用脚本后重试。 Please allow scripts and try again.</noscript>\n"
        f'<div id="page"></div>\n</body>\n</html>\n'
    )


class Served:
    """The handlers of one page over one snapshot."""

    def __init__(self, page: Page, files: Snapshot, facts: bytes, on_report: Callable[[str], None]) -> None:
        self.page, self.files, self._facts, self.on_report = page, files, facts, on_report
        self._document = document(page, files)
        self._policy = policy(page, import_map(page, files))
        self._digests = {row.path: row.sha256 for row in files.manifest.files}

    async def forward(self, _: web.Request) -> web.StreamResponse:
        """``/booth`` is not the address; ``/booth/`` is."""
        raise web.HTTPPermanentRedirect(f"/{self.page}/")

    async def document(self, _: web.Request) -> web.Response:
        """The document; never stored."""
        headers = {**HEADERS, "Content-Security-Policy": self._policy, "Cache-Control": "no-store"}
        return web.Response(text=self._document, content_type="text/html", headers=headers)

    async def file(self, request: web.Request) -> web.Response:
        """One file of the manifest, by its path."""
        path = request.match_info["path"]
        if path not in self._digests:
            raise web.HTTPNotFound(text="no such file")
        tag = f'"{self._digests[path]}"'
        headers = {**HEADERS, "Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        kind = SUFFIXES[PurePosixPath(path).suffix]
        charset = None if kind == "image/svg+xml" else "utf-8"
        return web.Response(body=self.files.files[path], content_type=kind, charset=charset, headers=headers)

    async def manifest(self, _: web.Request) -> web.Response:
        """The manifest's canonical bytes."""
        return self._json(canonical(self.files.manifest))

    async def facts(self, _: web.Request) -> web.Response:
        """What the process tells its page."""
        return self._json(self._facts)

    async def report(self, request: web.Request) -> web.Response:
        """A report of something blocked; long ones are cut."""
        data = await request.content.read(MAX_REPORT)
        self.on_report(data.decode("utf-8", "replace"))
        return web.Response(status=204, headers=HEADERS)

    def _json(self, data: bytes) -> web.Response:
        headers = {**HEADERS, "Cache-Control": "no-store"}
        return web.Response(body=data, content_type="application/json", headers=headers)
