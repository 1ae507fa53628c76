"""The one command ``evalhub …``. Each module here is one sub-command; they only parse, call a room and print.

Exit codes everywhere: 0 done and good · 1 done, and the answer is no · 2 not done: wrong use or unreadable input.
"""

from __future__ import annotations

import typer

from evalhub.cli import (
    anomalies,
    bidder,
    code,
    demo,
    explain,
    init,
    ocds,
    operate,
    pool,
    price,
    processes,
    project,
    rehearse,
    replay,
    report,
    salvage,
    take,
    verify,
)

app = typer.Typer(
    name="evalhub",
    help="远程异地评标：配对、抽取、密封评分、可验证账本。Remote bid evaluation, sealed and provable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (
    demo,
    rehearse,
    verify,
    replay,
    explain,
    anomalies,
    report,
    salvage,
    operate,
    take,
    code,
    init,
    processes,
):
    module.register(app)
app.add_typer(bidder.app, name="bidder")
app.add_typer(pool.app, name="pool")
app.add_typer(project.app, name="project")
app.add_typer(ocds.app, name="result")
app.command(name="price")(price.price)


def main() -> None:
    """Entry point of the console script."""
    app()
