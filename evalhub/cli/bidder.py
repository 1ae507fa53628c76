"""``evalhub bidder …``: what a bidder does about questions, with files only and off-line.

    keygen FILE                      a key of its own; prints the public key for the project file
    questions FILE                   what is asked, by when
    answer FILE --question CODE …    sign an answer; the file goes back to the agency

Exit codes: 0 done · 1 the answer is not one to this question · 2 unreadable, or wrong use.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Annotated

import typer

from evalhub.cli.common import AsJson, Language, fail
from evalhub.cli.texts import Lang, t
from evalhub.core.codec import from_plain, to_plain
from evalhub.core.errors import EvalhubError, Malformed
from evalhub.core.ledger.times import parse_time
from evalhub.core.rules.bidder_answers import Notice, Notices, reply_to, sign_reply
from evalhub.core.rules.plan import BidFile
from evalhub.core.sealing.keys import SigningKey
from evalhub.party import private_files
from evalhub.party.plain_files import parse_json, read_bounded
from evalhub.replay.story import beijing

app = typer.Typer(
    help="投标人：生成密钥、查看问题、离线签署答复。Bidders: make a key, read questions, sign answers off-line.",
    no_args_is_help=True,
)
File = Annotated[Path, typer.Argument(help="问题文件（主场导出）。File of questions, from the host.")]
KeyFile = Annotated[Path, typer.Argument(help="新密钥文件，只有本人可读。New file, for its owner only.")]


@app.command()
def keygen(file: KeyFile, lang: Language = Lang.ZH) -> None:
    """生成签署答复的密钥，显示公钥。Make the key that signs answers; print its public part."""
    key = SigningKey.generate()
    try:
        private_files.write_new(file, key.to_pem())
    except OSError as error:
        fail(error, lang)
    typer.echo(t("bidder.made", lang, file=file.name), err=True)
    print(json.dumps(to_plain(key.public)))


@app.command()
def questions(file: File, lang: Language = Lang.ZH, as_json: AsJson = False) -> None:
    """查看收到的澄清问题和答复期限。Show the questions received and when the answers are due."""
    found = _notices(file, lang)
    if as_json:
        print(json.dumps(to_plain(Notices(notices=found)), ensure_ascii=False, indent=2))
        return
    for notice in found:
        _show(notice, lang)
    print(t("bidder.count", lang, count=len(found)))


@app.command()
def answer(
    file: File,
    question: Annotated[str, typer.Option("--question", help="澄清编号。Code of the question.")],
    key: Annotated[Path, typer.Option("--key", help="密钥文件。File of the private key.")],
    text: Annotated[str, typer.Option("--text", help="答复内容。Text of the answer.")],
    out: Annotated[Path, typer.Option("--out", help="写入的答复文件。File to write the answer to.")],
    confirm: Annotated[
        bool | None,
        typer.Option("--confirm/--decline", help="确认或不确认修正后的报价。Confirm the corrected price, or decline."),
    ] = None,
    attach: Annotated[
        list[Path] | None, typer.Option("--attach", help="随附材料，可多份。Evidence; repeatable.")
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """签署对一个问题的答复，写入文件交代理机构。Sign the answer to one question, into a file for the agency."""
    notice = next((one for one in _notices(file, lang) if one.clarification == question), None)
    if notice is None:
        typer.echo(t("bidder.unknown", lang, question=question, file=file.name), err=True)
        raise typer.Exit(1)
    if (notice.kind == "price-confirmation") is (confirm is None):
        typer.echo(t("bidder.confirm" if confirm is None else "bidder.no-confirm", lang, question=question), err=True)
        raise typer.Exit(1)
    try:
        signer = SigningKey.from_pem(private_files.read(key))
        reply = reply_to(notice, text, confirm, tuple(_attachment(path) for path in attach or ()))
        from_plain(type(reply), to_plain(reply))
        out.write_text(sign_reply(signer, reply) + "\n", encoding="ascii")
    except (EvalhubError, OSError) as error:
        fail(error, lang)
    print(t("bidder.signed", lang, question=question, out=out.name, key=signer.kid))


def _notices(file: Path, lang: Lang) -> tuple[Notice, ...]:
    try:
        return from_plain(Notices, parse_json(read_bounded(file), where=file.name)).notices
    except (Malformed, OSError) as error:
        fail(error, lang)


def _show(notice: Notice, lang: Lang) -> None:
    kind = t(f"bidder.kind-{notice.kind}", lang)
    title = notice.title.zh if lang is Lang.ZH else notice.title.en
    print(t("bidder.question", lang, code=notice.clarification, kind=kind, bidder=notice.bidder, title=title))
    print(t("bidder.deadline", lang, deadline=beijing(parse_time(notice.deadline))[:19]))
    if notice.text:
        print(t("bidder.text", lang, text=notice.text))
    for hit in notice.tests:
        about = {"price": hit.price, "base": hit.base, "rate": hit.rate}
        print(t("bidder.low", lang, test=t(f"bidder.test-{hit.test}", lang), **about))
    if notice.price is not None:
        for step in notice.price.steps:
            rule = t(f"bidder.step-{step.rule}", lang)
            print(t("bidder.step", lang, rule=rule, before=step.before, after=step.after, article=step.article))
        print(t("bidder.corrected", lang, price=notice.price.price))


def _attachment(path: Path) -> BidFile:
    data = path.read_bytes()
    return BidFile(name=path.name, sha256=hashlib.sha256(data).hexdigest(), length=len(data))
