"""The operators' door: who may knock, what a wrong knock is told, and that the list of actions is the table's."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from support.network import CENTRES, OTHERS, Network, Sitting, running

from evalhub.core.rules import commands as c
from evalhub.core.rules.phases import TABLE
from evalhub.core.rules.refusals import SENTENCES
from evalhub.party.console import MAX_BODY

pytestmark = pytest.mark.asyncio(loop_scope="module")
PARTIES = (*CENTRES, "oversight")
OPENING = {"title": {"zh": "合成", "en": "synthetic"}, "rehearsal": True, "others": OTHERS}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def network(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Network]:
    async with running(tmp_path_factory.mktemp("console")) as network:
        yield network


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sitting(network: Network) -> Sitting:
    return await network.session("S-1").open()


async def ask(
    network: Network, path: str, *, party: str = "wuhan", method: str = "GET", token: str | None = "", **options: Any
) -> tuple[aiohttp.ClientResponse, Any]:
    """The answer and its body as JSON. ``token``: the operator's own unless told; None: none at all."""
    given = network.info.party(party).token if token == "" else token
    headers = {} if given is None else {"Authorization": f"Bearer {given}"}
    headers |= options.pop("headers", {})
    async with network.http.request(method, network.url(party) + path, headers=headers, **options) as answer:
        return answer, json.loads(await answer.text())


async def post(network: Network, path: str, body: object) -> tuple[aiohttp.ClientResponse, Any]:
    return await ask(network, f"/api/sessions/{path}", method="POST", data=json.dumps(body).encode())


def assert_problem(answer: aiohttp.ClientResponse, body: dict[str, Any], status: int, code: str) -> None:
    """RFC 9457, with a sentence in both languages."""
    assert answer.status == status, body
    assert answer.content_type == "application/problem+json"
    assert body.keys() == {"type", "status", "code", "title", "detail"}
    assert (body["type"], body["status"], body["code"]) == (f"urn:evalhub:problem:{code}", status, code)
    assert body["title"].keys() == {"zh", "en"}
    assert any("\u4e00" <= char <= "\u9fff" for char in body["title"]["zh"])
    assert not any("\u4e00" <= char <= "\u9fff" for char in body["title"]["en"])
    if code in SENTENCES:
        assert body["title"]["en"] == SENTENCES[code][1].format_map(body["detail"])


# -- who may knock ---------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R38")
@pytest.mark.parametrize("party", PARTIES)
async def test_nobody_comes_in_without_the_right_token(network: Network, sitting: Sitting, party: str) -> None:
    theirs = network.info.party("wedz" if party == "wuhan" else "wuhan").token
    doors = [
        ("GET", ""),
        ("GET", "/S-1"),
        ("GET", "/S-1/bundle"),
        ("GET", "/S-1/report.pdf"),
        ("POST", "/S-1/open"),
        ("POST", "/S-1/no-such"),
    ]
    for method, path in doors:
        for token in (None, "wrong", theirs, "é", network.info.party(party).token + "x"):
            answer, body = await ask(network, f"/api/sessions{path}", party=party, method=method, token=token)
            assert_problem(answer, body, 401, "http-401")
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("scheme", ["Basic {}", "bearer{}", "{}", "Token {}"])
async def test_only_the_bearer_scheme_counts(network: Network, scheme: str) -> None:
    headers = {"Authorization": scheme.format(network.info.party("wuhan").token)}
    answer, body = await ask(network, "/api/sessions", token=None, headers=headers)
    assert_problem(answer, body, 401, "http-401")


async def test_health_is_open_and_says_whether_the_hub_is_reached(network: Network, sitting: Sitting) -> None:
    for party in PARTIES:
        answer, body = await ask(network, "/healthz", party=party, token=None)
        assert answer.status == 200
        assert (body["party"], body["hub"], body["sessions"]["S-1"]) == (party, "connected", sitting.state().size)
        assert body["at"].endswith("Z")


# -- what is not there -----------------------------------------------------------------------------------------------


async def test_an_unknown_session_is_404(network: Network, sitting: Sitting) -> None:
    for path in ("S-9", "S-9/bundle", "S-9/report.pdf", "S-9/report.json"):
        answer, body = await ask(network, f"/api/sessions/{path}")
        assert_problem(answer, body, 404, "unknown-session")
    plan = {"plan": await sitting.plan()}
    reason = {"reason": "试"}
    for action, params in (("candidates", {}), ("members", {}), ("calls", {}), ("freeze-pool", {}),
                           ("issue-report", {}), ("propose", plan), ("cancel", reason)):  # fmt: skip
        answer, body = await post(network, f"S-9/{action}", params)
        assert_problem(answer, body, 404, "unknown-session")
        assert body["detail"] == {"session": "S-9"}


async def test_an_unknown_action_and_an_unknown_path_are_404(network: Network, sitting: Sitting) -> None:
    for party, action in (("wuhan", "approve-start"), ("wuhan", "accept"), ("wedz", "open"), ("oversight", "admit")):
        answer, body = await ask(network, f"/api/sessions/S-1/{action}", party=party, method="POST")
        assert_problem(answer, body, 404, "http-404")
        assert body["detail"] == {"reason": "no such action"}
    answer, body = await ask(network, "/api/nothing")
    assert_problem(answer, body, 404, "http-404")


async def test_an_unknown_method_is_405_and_says_which_there_are(network: Network, sitting: Sitting) -> None:
    for method in ("DELETE", "PUT", "PATCH"):
        answer, body = await ask(network, "/api/sessions/S-1", method=method)
        assert_problem(answer, body, 405, "http-405")
        assert "GET" in answer.headers["Allow"]


# -- what a body must be ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "data", "reason"),
    [
        ("open", b"", "missing required field `title`"),
        ("open", b"not json", "malformed"),
        ("open", b"\xff\xfe", "malformed"),
        ("open", b"[]", "Expected `object`, got `array`"),
        ("open", b'{"title":{"zh":"a","en":"b"},"rehearsal":"yes","others":[]}', "$.rehearsal"),
        ("open", b'{"title":{"zh":"a","en":"b"},"rehearsal":true,"others":["A b"]}', "$.others[0]"),
        ("open", b'{"title":{"zh":"a","en":"b","fr":"c"},"rehearsal":true,"others":[]}', "$.title"),
        ("open", b'{"title":{"zh":"a","en":"b"},"rehearsal":true,"others":[],"extra":1}', "unknown field `extra`"),
        ("cancel", b'{"reason":5}', "$.reason"),
        ("freeze-pool", b'{"now":true}', "unknown field `now`"),
        ("record-outcome", b'{"leaf":"x","outcome":"accepted"}', "$.leaf"),
        ("admit", b"[" * 5000, "Expected `object`"),
        ("propose", b'{"plan":{}}', "$.plan"),
    ],
)
async def test_a_wrong_body_is_400_and_the_place_is_named(
    network: Network, sitting: Sitting, action: str, data: bytes, reason: str
) -> None:
    size = sitting.state().size
    answer, body = await ask(network, f"/api/sessions/S-1/{action}", method="POST", data=data)
    assert_problem(answer, body, 400, "malformed")
    assert body["detail"]["where"] == "$"
    assert reason in body["detail"]["reason"]
    assert sitting.state().size == size


async def test_a_body_too_large_is_413(network: Network, sitting: Sitting) -> None:
    data = io.BytesIO(b'{"reason":"' + b"a" * MAX_BODY + b'"}')
    answer, body = await ask(network, "/api/sessions/S-1/cancel", method="POST", data=data)
    assert_problem(answer, body, 413, "http-413")


@pytest.mark.parametrize("name", ["a b", "会话", "%2e%2e", "a" * 200, "S%0A"])
async def test_a_session_needs_a_plain_name(network: Network, name: str) -> None:
    known = network.party("wuhan").mirror.sessions()
    answer, body = await post(network, f"{name}/open", OPENING)
    assert answer.status in (400, 404, 405, 409), body
    assert answer.content_type == "application/problem+json"
    assert network.party("wuhan").mirror.sessions() == known


# -- lawful refusals -------------------------------------------------------------------------------------------------


async def test_a_refusal_is_409_with_the_rules_own_code_and_sentence(network: Network, sitting: Sitting) -> None:
    answer, body = await post(network, "S-1/open-checkin", {})
    assert_problem(answer, body, 409, "wrong-phase")
    assert body["detail"]["phase"] == "draft"
    answer, body = await post(network, "S-1/open", OPENING)
    assert_problem(answer, body, 409, "wrong-phase")
    answer, body = await post(network, "S-2/open", OPENING | {"others": ["wedz", "nobody"]})
    assert_problem(answer, body, 409, "unknown-party")
    assert body["detail"] == {"party": "nobody"}


async def test_there_is_no_bundle_before_the_archive(network: Network, sitting: Sitting) -> None:
    for party in PARTIES:
        answer, body = await ask(network, "/api/sessions/S-1/bundle", party=party)
        assert_problem(answer, body, 409, "not-archived")


async def test_there_is_no_report_before_it_is_issued(network: Network, sitting: Sitting) -> None:
    for party in PARTIES:
        for path in ("report.pdf", "report.json"):
            answer, body = await ask(network, f"/api/sessions/S-1/{path}", party=party)
            assert_problem(answer, body, 409, "no-report")


# -- the list of actions, and two sessions ---------------------------------------------------------------------------

NAMED: dict[str, dict[str, type]] = {  # actions whose name is not their command's
    "host": {"open": c.OpenSession, "propose": c.ProposePlan, "cancel": c.CancelSession},
    "guest": {"accept": c.AcceptPlan, "refuse": c.RefusePlan, "review": c.AcceptPlan},
    "oversight": {"pause": c.PauseSession, "resume": c.ResumeSession, "order-draw": c.OrderDraw,
                  "approve-start": c.ApproveStart, "refuse-start": c.RefuseStart, "close-stage": c.CloseStage,
                  "call-escrow": c.CallEscrow, "deem-agreed": c.DeemAgreed, "release-reserve": c.ReleasePieces},
}  # fmt: skip
CENTRE = {"freeze-pool": c.FreezePool, "candidates": c.RecordOutcome, "record-outcome": c.RecordOutcome,
          "admit": c.AdmitExpert, "reprint-ticket": c.IssueTicket}  # fmt: skip
NAMED["host"] |= CENTRE | {"open-checkin": c.OpenCheckin, "request-start": c.RequestStart,
                           "conclude-verification": c.ConcludeVerification, "issue-report": c.IssueReport}  # fmt: skip
NAMED["guest"] |= CENTRE


async def test_the_open_actions_are_those_of_the_table(network: Network, sitting: Sitting) -> None:
    drawing = await network.session("S-3").to_draw()
    seen = set()
    for session in (sitting, drawing):
        for party in PARTIES:
            role, state = network.info.party(party).role, session.state(party)
            _, view = await ask(network, f"/api/sessions/{session.name}", party=party)
            rows = {name: TABLE[command] for name, command in NAMED[role].items() if name != "resume"}
            lawful = {name for name, row in rows.items() if role in row.by and state.phase in row.phases}
            assert set(view["actions"]) & rows.keys() == lawful
            assert len(set(view["actions"])) == len(view["actions"])
            seen |= lawful
    assert {"propose", "cancel", "freeze-pool", "record-outcome", "pause", "order-draw"} <= seen


async def test_two_sessions_at_one_network_do_not_mix(network: Network, sitting: Sitting) -> None:
    """S-3 is in its draw while S-1 is still being paired, at the same three parties."""
    drawing = network.session("S-3")
    _, rows = await ask(network, "/api/sessions")
    phases = {row["session"]: row["phase"] for row in rows}
    assert (phases["S-1"], phases["S-3"]) == ("draft", "drawing")
    size = drawing.state().size
    await sitting.host.do("propose", {"plan": await sitting.plan()})
    leaf = (await drawing.host.do("candidates"))["candidates"][0]["leaf"]
    answer, body = await post(network, "S-1/record-outcome", {"leaf": leaf, "outcome": "accepted"})
    assert_problem(answer, body, 409, "not-the-next-leaf")  # a leaf of the one is nobody in the other
    assert drawing.state().size == size
    first, second = await sitting.host.view(), await drawing.host.view()
    assert first is not None
    assert second is not None
    assert (first["session"], first["phase"]) == ("S-1", "requested")
    assert (second["session"], second["phase"]) == ("S-3", "drawing")
