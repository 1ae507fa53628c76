"""``evalhub take DIR [SEAT …]``: synthetic experts take seats of a running demo (all free ones when none is named).

They stay until the session is over. Exit codes: 0 over · 1 a seat refused its ticket · 2 wrong use · 130 interrupted.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from evalhub.cli.common import Language, run, why
from evalhub.cli.texts import Lang, t
from evalhub.core.errors import Malformed, Refusal
from evalhub.demo.demo import read_session_file
from evalhub.demo.layout import DemoInfo, read_info
from evalhub.demo.seats import attend
from evalhub.site.reception import PrintedTicket


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="take")(command)


def command(
    data: Annotated[Path, typer.Argument(help="演示的数据文件夹。Data folder of the demo.")],
    seats: Annotated[list[str] | None, typer.Argument(help="wuhan/A101-02 …")] = None,
    seed: Annotated[int, typer.Option("--seed", help="合成专家的选择。Choices of the experts.")] = 1,
    lang: Language = Lang.ZH,
) -> None:
    """让合成专家坐到指定（或全部空闲）工位。Let synthetic experts take seats of a running demo."""
    refused = run(_take(data, tuple(seats or ()), seed, lang), lang)
    raise typer.Exit(1 if refused else 0)


async def _take(data: Path, wanted: tuple[str, ...], seed: int, lang: Lang) -> int:
    info, known = read_info(data), read_session_file(data)
    if info is None or known is None or not known.tickets:
        raise Malformed("there is no demo with tickets in this folder; start one with evalhub demo", str(data))
    tickets = {ticket.seat: ticket for ticket in known.tickets}
    for seat in wanted:
        if seat not in tickets:
            raise Malformed(f"no ticket for this seat; there are {', '.join(sorted(tickets))}", seat)
    chosen = [tickets[seat] for seat in wanted or sorted(tickets)]
    await _check_running(info)
    results = await asyncio.gather(*(_one(info, ticket, seed, n, lang) for n, ticket in enumerate(chosen)))
    return sum(results)


async def _check_running(info: DemoInfo) -> None:
    """A booth waits for its centre for as long as it takes; somebody who forgot to start the demo should not."""
    for party in info.parties:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", party.port)
        except OSError:
            raise Malformed("the demo is not running; start it with evalhub demo", f"127.0.0.1:{party.port}") from None
        writer.close()


async def _one(info: DemoInfo, ticket: PrintedTicket, seed: int, number: int, lang: Lang) -> int:
    url = f"ws://127.0.0.1:{info.party(ticket.seat.split('/')[0]).port}"
    try:
        await attend(url, ticket, Random(seed * 1000 + number))
    except Refusal as refusal:
        print(t("take.refused", lang, seat=ticket.seat, why=why(refusal, lang)))
        return 1
    print(t("take.over", lang, seat=ticket.seat))
    return 0
