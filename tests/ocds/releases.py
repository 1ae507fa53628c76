"""A tender release as a portal might publish it; all of it invented."""

from __future__ import annotations

import copy
from typing import Any

_TENDERERS = [{"id": f"T{n}", "name": f"合成投标人{n}有限公司"} for n in (1, 2, 3)]

RELEASE: dict[str, Any] = {
    "ocid": "ocds-a1b2c3-HS-2026-001",
    "id": "HS-2026-001-tender",
    "date": "2026-11-02T09:00:00Z",
    "tag": ["tender"],
    "initiationType": "tender",
    "language": "zh",
    "parties": [
        {"id": "E1", "name": "合成采购人", "roles": ["buyer", "procuringEntity"], "address": {"region": "合成区"}},
        {"id": "A1", "name": "合成招标代理有限公司", "roles": ["procurementAgent"]},
        *[{**one, "roles": ["tenderer"]} for one in _TENDERERS],
    ],
    "buyer": {"id": "E1", "name": "合成采购人"},
    "planning": {"budget": {"amount": {"amount": 1000000, "currency": "CNY"}, "project": "合成计划"}},
    "tender": {
        "id": "HS-2026-001",
        "title": "合成宿舍修缮设计",
        "title_en": "Synthetic refurbishment design",
        "status": "active",
        "procuringEntity": {"id": "E1", "name": "合成采购人"},
        "value": {"amount": 980000.5, "currency": "CNY"},
        "mainProcurementCategory": "services",
        "awardCriteria": "ratedCriteria",
        "tenderPeriod": {"startDate": "2026-10-01T00:00:00+08:00", "endDate": "2026-10-31T09:00:00+08:00"},
        "numberOfTenderers": 3,
        "tenderers": _TENDERERS,
        "items": [{"id": "1", "description": "合成标的"}],
    },
    "bids": {
        "details": [
            {
                "id": f"B{n}",
                "status": "pending",
                "tenderers": [_TENDERERS[n - 1]],
                "value": {"amount": 900000 + 10000 * n, "currency": "CNY"},
            }
            for n in (1, 2, 3)
        ]
    },
}


def release(**changes: Any) -> dict[str, Any]:
    """A copy, with values set at dotted paths (``tender__value=…``); ``...`` deletes."""
    made = copy.deepcopy(RELEASE)
    for path, value in changes.items():
        *above, last = path.split("__")
        target: Any = made
        for step in above:
            target = target[int(step) if step.isdecimal() else step]
        if value is ...:
            del target[int(last) if last.isdecimal() else last]
        else:
            target[int(last) if last.isdecimal() else last] = value
    return made


def package(one: dict[str, Any]) -> dict[str, Any]:
    """It as a package."""
    return {
        "uri": "https://portal.example/releases/1",
        "version": "1.1",
        "publishedDate": "2026-11-02T09:00:00Z",
        "publisher": {"name": "合成发布平台"},
        "releases": [one],
    }
