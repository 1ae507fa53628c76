"""How a page is served: the bytes of the manifest, under a policy that lets nothing else run."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import AsyncIterator
from typing import get_args

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from evalhub.core.codec import decode
from evalhub.web.manifest import Manifest, Page, snapshot
from evalhub.web.pages import routes

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
async def client(reports: list[str]) -> AsyncIterator[Client]:
    app = web.Application()
    app.add_routes(routes("booth", on_report=reports.append))
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_served_bytes_are_those_of_the_manifest(client: Client) -> None:
    body = await (await client.get("/booth/manifest.json")).read()
    manifest = decode(Manifest, body)
    assert hashlib.sha256(body).hexdigest() == snapshot("booth").manifest.digest()
    for row in manifest.files:
        answer = await client.get(f"/booth/static/{row.path}")
        assert hashlib.sha256(await answer.read()).hexdigest() == row.sha256, row.path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_nothing_beside_the_manifest_is_served(client: Client) -> None:
    for path in ("../pages.py", "%2e%2e/pages.py", "booth/nothing.js", "operator/main.js", ""):
        assert (await client.get(f"/booth/static/{path}")).status == 404, path


async def test_headers_of_the_document(client: Client) -> None:
    answer = await client.get("/booth/")
    policy = dict(part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; "))
    inline = re.search(r'<script type="importmap">(.*?)</script>', await answer.text())
    assert inline
    digest = base64.b64encode(hashlib.sha256(inline[1].encode()).digest()).decode()
    assert policy == {
        "default-src": "'none'",
        "script-src": f"'self' 'sha256-{digest}'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "evalhub-worker",
        "report-uri": "/booth/csp-report",
    }
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_every_module_has_its_integrity_in_the_import_map(client: Client) -> None:
    document = await (await client.get("/booth/")).text()
    inline = re.search(r'<script type="importmap">(.*?)</script>', document)
    assert inline
    table = json.loads(inline[1])
    taken = snapshot("booth")
    assert set(table["integrity"]) == {f"/booth/static/{path}" for path in taken.scripts()}
    for url, integrity in table["integrity"].items():
        body = await (await client.get(url)).read()
        assert integrity == "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()
    assert all(url in table["integrity"] for url in table["imports"].values())


async def test_files_are_revalidated_by_digest(client: Client) -> None:
    first = await client.get("/booth/static/shared/jws.js")
    again = await client.get("/booth/static/shared/jws.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status, again.status) == (200, 304)


async def test_a_report_reaches_the_process_and_is_bounded(client: Client, reports: list[str]) -> None:
    answer = await client.post("/booth/csp-report", data=b"x" * 100_000)
    assert answer.status == 204
    assert [len(report) for report in reports] == [16_384]


LIGHT = 100_000
"""Bytes of script and style a page may weigh on the line, compressed (the bid viewer not counted)."""


@pytest.mark.parametrize("page", get_args(Page))
def test_a_page_is_light(page: Page) -> None:
    files = snapshot(page).files
    weights = {path: len(gzip.compress(data)) for path, data in files.items() if path.endswith((".js", ".mjs", ".css"))}
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) < LIGHT, heaviest
