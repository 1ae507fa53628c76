"""An OCDS tender release as the beginning of a project file (docs/ocds.md).

- What maps is taken over. What the project needs and the release does not say becomes an open place (``TODO …``), which
  ``evalhub project check`` names. What the release says and the project has no place for is listed with its JSON path,
  whole subtrees under their topmost path: nothing is dropped silently, and nothing is guessed.
- One project is one lot: of several lots one is chosen.

Never here: files (the command reads and writes), the rules of a project.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from evalhub.core.codec import Record
from evalhub.core.errors import Malformed
from evalhub.ocds.check import Mistake, Plain, release_mistakes

CURRENCY = "CNY"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_HAN = re.compile("[\u3400-\u9fff]")
_OUT = ("withdrawn", "invited")  # bids that never were opened
_CRITERIA = {
    "ratedCriteria": "comprehensive",
    "bestProposal": "comprehensive",
    "bestValueToGovernment": "comprehensive",
    "qualityOnly": "comprehensive",
    "priceOnly": "lowest-price",
    "lowestCost": "lowest-price",
}
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2}0*)?")


class Unmapped(Record):
    """Something of the release that is not in the project: its JSON path, and why as a code."""

    path: str
    why: str


class Imported(Record):
    """The project as plain data, what was left behind, and the mistakes of the release itself (read all the same)."""

    project: dict[str, Any]
    unmapped: tuple[Unmapped, ...]
    mistakes: tuple[Mistake, ...]


def todo(zh: str, en: str) -> str:
    """An open place."""
    return f"TODO {zh} / {en}"


_PRICED: dict[str, Any] = {
    "price_points": todo("价格分", "points of the price"),
    "price": {"formula": todo("价格公式，如 averaged、lowest-first", "price formula, such as averaged")},
}
_PRICE_OF: dict[str, dict[str, Any]] = {"lowest-price": {"price_points": "0", "price": {"formula": "lowest-evaluated"}}}


def only_release(data: Plain) -> tuple[Plain, str]:
    """The release of a file that is a release, or a package of one, and its path. Raises ``Malformed``."""
    if isinstance(data, dict) and isinstance(data.get("releases"), list):
        if len(data["releases"]) != 1:
            raise Malformed(f"holds {len(data['releases'])} releases; give the one of the tender alone", "releases")
        return data["releases"][0], "releases[0]"
    if isinstance(data, dict) and "ocid" in data and isinstance(data.get("tender"), dict):
        return data, ""
    raise Malformed("is neither an OCDS release with a tender nor a package of one")


def import_release(data: Plain, lot: str = "") -> Imported:
    """The project of a tender release. Raises ``Malformed``: no release, no tender, or no (such) lot chosen."""
    release, base = only_release(data)
    if not isinstance(release, dict) or not isinstance(release.get("tender"), dict):
        raise Malformed("has no tender", base or "$")
    reader = _Reader(release, lot)
    project = reader.project()
    left = tuple(
        Unmapped(path=f"{base}.{one.path}".lstrip("."), why=one.why) for one in (*reader.refused, *reader.left())
    )
    wrong = tuple(
        Mistake(path=f"{base}.{one.path}".lstrip("."), code=one.code, found=one.found)
        for one in release_mistakes(release)
        if one.code != "ocds-unknown"  # of extensions: listed as not taken over
    )
    return Imported(project=project, unmapped=left, mistakes=wrong)


class _Reader:
    """Reads one release and remembers which places it used."""

    def __init__(self, release: dict[str, Plain], lot: str) -> None:
        self.release = release
        self.used: set[str] = set()  # single values
        self.whole: set[str] = set()  # objects and lists that are accounted for as they stand
        self.refused: list[Unmapped] = []
        self.lot, self.lot_path = self._chosen_lot(lot)
        self.used.update(("id", "date", "initiationType", "language", "tender.numberOfTenderers"))
        self.whole.add("tag")  # about the release; the number is counted again

    # -- the project ---------------------------------------------------------------------------------------------

    def project(self) -> dict[str, Any]:
        """The whole file, in the order in which people fill it in."""
        bidders, method = self._bidders(), self._method()
        return {
            "code": self._code(),
            "title": self._title(),
            "procuring_entity": self._entity(),
            "agent": self._agent(),
            "project_class": self._category(),
            "budget": self._amount("planning.budget.amount") or self._ceiling(todo("预算（元）", "budget in yuan")),
            "ceiling": self._ceiling(todo("最高投标限价（元）", "price ceiling in yuan")),
            "committee": {"size": todo("评标委员会人数，五人以上单数", "size of the committee, odd, five or more")},
            "method": method,
            **_PRICE_OF.get(method, _PRICED),
            "stage_minutes": todo("每个阶段的时限（分钟）", "minutes for each stage"),
            "ocid": self._take("ocid") or "",
            "bidders": bidders or [self._bidder(None, "", 1)],
            "examination": [self._item()],
            "factors": [] if method == "lowest-price" else [self._factor()],
        }

    def _code(self) -> str:
        found = self._take("tender.id")
        if found is not None and _CODE.fullmatch(str(found)):
            return str(found) if self.lot is None else f"{found}-{self.lot.get('id')}"[:32]
        return todo(f"项目编号，原编号 {found}", "project number: letters, digits, hyphens, at most 32")

    def _title(self) -> dict[str, str]:
        own = self._words("tender.title")
        part = self._words(f"{self.lot_path}.title") if self.lot_path else {}
        open_ = {"zh": todo("项目名称", "title in Chinese"), "en": todo("项目名称（英文）", "title in English")}
        return {
            code: " — ".join(filter(None, (own[code], part.get(code)))) if code in own else place
            for code, place in open_.items()
        }

    def _words(self, path: str) -> dict[str, str]:
        """A text by language: the plain field is in the release's language, or in Chinese if it is written so."""
        plain = self._look(path)
        chinese = isinstance(plain, str) and bool(_HAN.search(plain))
        own = "zh" if chinese else str(self.release.get("language") or "en")[:2]
        found: dict[str, str] = {}
        for code in ("zh", "en"):
            for place in ([path] if code == own else []) + [f"{path}_{code}"]:
                text = self._look(place)
                if isinstance(text, str) and text and code not in found:
                    self.used.add(place)
                    found[code] = text
        return found

    def _entity(self) -> str:
        for path in ("tender.procuringEntity", "buyer"):
            reference = self._look(path)
            if isinstance(reference, dict):
                name = reference.get("name") or self._party(str(reference.get("id")))
                if name:
                    self.used.update((f"{path}.id", f"{path}.name", *self._party_paths(str(reference.get("id")))))
                    if self._look("buyer") == reference:
                        self.whole.add("buyer")  # the same, said twice
                    return str(name)
        return todo("招标人", "procuring entity")

    def _agent(self) -> str:
        for index, party in enumerate(self._list("parties")):
            if "procurementAgent" in _several(party.get("roles")) and party.get("name"):
                self.used.update(self._party_paths(str(party.get("id"))))
                self.used.update((f"parties[{index}].id", f"parties[{index}].name"))
                return str(party["name"])
        return todo("招标代理机构", "procurement agent")

    def _category(self) -> str:
        found = self._take("tender.mainProcurementCategory")
        if found in ("goods", "works", "services"):
            return str(found)
        return todo("项目类别 works/goods/services/government-goods/…", "class of project")

    def _method(self) -> str:
        found = self._look("tender.awardCriteria")
        if str(found) in _CRITERIA:
            self.used.add("tender.awardCriteria")
            return _CRITERIA[str(found)]
        if found is not None:
            self.refused.append(Unmapped(path="tender.awardCriteria", why="no-method"))
            self.whole.add("tender.awardCriteria")
        return todo("评标方法，如 comprehensive", "method of evaluation, such as comprehensive")

    def _ceiling(self, otherwise: str) -> str:
        return (self.lot_path and self._amount(f"{self.lot_path}.value")) or self._amount("tender.value") or otherwise

    def _amount(self, path: str) -> str | None:
        """An amount in yuan with at most two places; any other is left, with the reason."""
        value = self._look(path)
        if not isinstance(value, dict) or value.get("amount") is None:
            return None
        digits = str(value["amount"])
        wrong = "other-currency" if value.get("currency") != CURRENCY else ""
        wrong = wrong or ("" if _AMOUNT.fullmatch(digits) else "not-an-amount")
        if wrong:
            if path not in {one.path for one in self.refused}:
                self.refused.append(Unmapped(path=path, why=wrong))
            self.whole.add(path)
            return None
        self.used.update((f"{path}.amount", f"{path}.currency"))
        whole, _, part = digits.partition(".")
        return f"{whole}.{part.rstrip('0'):0<2}"

    # -- bidders -------------------------------------------------------------------------------------------------

    def _bidders(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for index, bid in enumerate(self._list("bids.details")):
            path = f"bids.details[{index}]"
            if bid.get("status") in _OUT or not self._of_lot(bid):
                self.refused.append(Unmapped(path=path, why="not-opened" if self._of_lot(bid) else "other-lot"))
                self.whole.add(path)
                continue
            self.used.update((f"{path}.id", f"{path}.status"))
            self.whole.add(f"{path}.relatedLots")
            found.append(self._bidder(bid, path, len(found) + 1))
        if found:
            self._forget_tenderers()
            return found
        for index, tenderer in enumerate(self._list("tender.tenderers")):
            self._name_of(tenderer, f"tender.tenderers[{index}]")
            bid = {"tenderers": [tenderer]}
            found.append(self._bidder(bid, "", index + 1))
        return found

    def _bidder(self, bid: dict[str, Plain] | None, path: str, number: int) -> dict[str, Any]:
        tenderers = _several((bid or {}).get("tenderers"))
        names = [
            self._name_of(one, f"{path}.tenderers[{index}]")
            for index, one in enumerate(tenderers)
            if isinstance(one, dict)
        ]
        code = str((bid or {}).get("id") or "")
        return {
            "code": code if _CODE.fullmatch(code) else f"B{number}",
            "name": "、".join(filter(None, names)) or todo(f"投标人{number}名称", f"name of bidder {number}"),
            "price": (path and self._amount(f"{path}.value")) or todo("开标报价（元）", "price as read out, in yuan"),
            "file": {
                "name": todo("投标文件名，放在 bids 文件夹", "file name, lies in the folder bids"),
                "sha256": todo("文件的 SHA-256", "SHA-256 of the file"),
                "length": todo("文件字节数", "length in bytes"),
            },
        }

    def _name_of(self, reference: dict[str, Plain], path: str) -> str:
        key = str(reference.get("id"))
        self.used.update((f"{path}.id", f"{path}.name", *self._party_paths(key)))
        return str(reference.get("name") or self._party(key) or "")

    def _forget_tenderers(self) -> None:
        """The tender's own list of tenderers says nothing that the bids do not, if every one of them has a bid."""
        each = [one for row in self._list("bids.details") for one in _several(row.get("tenderers"))]
        bid = {str(one.get("id")) for one in each if isinstance(one, dict)}
        for index, one in enumerate(self._list("tender.tenderers")):
            if str(one.get("id")) in bid:
                self.whole.add(f"tender.tenderers[{index}]")
        for index, row in enumerate(self._list("bids.statistics")):
            if row.get("measure") in ("bids", "validBids"):
                self.whole.add(f"bids.statistics[{index}]")

    def _of_lot(self, bid: dict[str, Plain]) -> bool:
        related = _several(bid.get("relatedLots"))
        return not related or self.lot is None or str(self.lot.get("id")) in map(str, related)

    @staticmethod
    def _item() -> dict[str, Any]:
        return {
            "code": "F1",
            "group": todo("formal、qualification 或 responsiveness", "one of these three"),
            "title": {"zh": todo("评审项", "item in Chinese"), "en": todo("评审项（英文）", "item in English")},
            "ground": {
                "zh": todo("否决依据", "ground in Chinese"),
                "en": todo("否决依据（英文）", "ground in English"),
            },
        }

    @staticmethod
    def _factor() -> dict[str, Any]:
        return {
            "code": "T1",
            "part": todo("technical 或 business", "one of these two"),
            "kind": todo("subjective 或 objective", "one of these two"),
            "title": {"zh": todo("评分因素", "factor in Chinese"), "en": todo("评分因素（英文）", "factor in English")},
            "criterion": {
                "zh": todo("评分标准", "criterion in Chinese"),
                "en": todo("评分标准（英文）", "criterion in English"),
            },
            "highest": todo("最高分", "highest score"),
        }

    # -- lots, places --------------------------------------------------------------------------------------------

    def _chosen_lot(self, wanted: str) -> tuple[dict[str, Plain] | None, str]:
        lots = self._list("tender.lots")
        names = [str(lot.get("id")) for lot in lots]
        if not wanted and len(lots) > 1:
            raise Malformed(f"has the lots {', '.join(names)}; choose one with --lot", "tender.lots")
        if wanted and wanted not in names:
            raise Malformed(f"has no lot {wanted}, only: {', '.join(names) or '-'}", "tender.lots")
        if not lots:
            return None, ""
        index = names.index(wanted) if wanted else 0
        self.used.update((f"tender.lots[{index}].id", f"tender.lots[{index}].status"))
        return lots[index], f"tender.lots[{index}]"

    def _party(self, key: str) -> str:
        return next((str(one.get("name") or "") for one in self._list("parties") if str(one.get("id")) == key), "")

    def _party_paths(self, key: str) -> list[str]:
        for index, one in enumerate(self._list("parties")):
            if str(one.get("id")) == key:
                self.whole.add(f"parties[{index}].roles")
                return [f"parties[{index}].{field}" for field in ("id", "name")]
        return []

    def _take(self, path: str) -> Plain:
        found = self._look(path)
        if found is not None:
            self.used.add(path)
        return found

    def _look(self, path: str) -> Plain:
        """The value at a path such as ``tender.lots[0].value``; None where there is none."""
        value: Plain = self.release
        for step in re.findall(r"[^.\[\]]+", path):
            if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
                value = value[int(step)]
            elif isinstance(value, dict):
                value = value.get(step)
            else:
                return None
        return value

    def _list(self, path: str) -> list[dict[str, Plain]]:
        found = self._look(path)
        return [item if isinstance(item, dict) else {} for item in found] if isinstance(found, list) else []

    def left(self) -> Iterator[Unmapped]:
        """What nobody used: the topmost paths under which nothing was used. Empty objects and lists are nothing."""
        yield from self._left(self.release, "")

    def _left(self, value: Plain, path: str) -> Iterator[Unmapped]:
        plain = not isinstance(value, dict | list)
        if path in self.whole or (plain and path in self.used) or value is None or value in ({}, []):
            return
        below = not path or any(one.startswith((f"{path}.", f"{path}[")) for one in self.used | self.whole)
        if plain or not below:
            yield Unmapped(path=path, why="no-place")
            return
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            where = f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip(".")
            yield from self._left(inner, where)


def _several(value: Plain) -> list[Plain]:
    """A list as it is; nothing for anything else."""
    return value if isinstance(value, list) else []
