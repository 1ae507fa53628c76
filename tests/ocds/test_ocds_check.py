"""The checker of OCDS 1.1 finds every kind of mistake at its path, and nothing in what is right."""

from __future__ import annotations

import json

import pytest
from releases import package, release

from evalhub.core.errors import Malformed
from evalhub.ocds.check import Number, package_mistakes, read_json, release_mistakes
from evalhub.ocds.schema import OBJECTS


def named(one):
    return [(found.path, found.code) for found in release_mistakes(read_json(json.dumps(one).encode()))]


def test_a_right_release_has_no_mistake():
    assert named(release()) == []
    assert package_mistakes(read_json(json.dumps(package(release())).encode())) == ()


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"ocid": ...}, "ocid", "ocds-missing"),
        ({"ocid": "HS-1"}, "ocid", "ocds-ocid"),
        ({"id": 7}, "id", "ocds-type"),
        ({"id": None}, "id", "ocds-null"),
        ({"date": "2026-11-02"}, "date", "ocds-type"),
        ({"date": "2026-13-02T09:00:00Z"}, "date", "ocds-type"),
        ({"tag": ["tenders"]}, "tag[0]", "ocds-code"),
        ({"tag": "tender"}, "tag", "ocds-type"),
        ({"initiationType": "auction"}, "initiationType", "ocds-code"),
        ({"tender__id": ...}, "tender.id", "ocds-missing"),
        ({"tender__status": "open"}, "tender.status", "ocds-code"),
        ({"tender__titel": "合成"}, "tender.titel", "ocds-unknown"),
        ({"tender__status_en": "active"}, "tender.status_en", "ocds-unknown"),
        ({"tender__value": {"amount": 5}}, "tender.value.currency", "ocds-currency"),
        ({"tender__value": {"amount": "5", "currency": "CNY"}}, "tender.value.amount", "ocds-type"),
        ({"tender__value": {"amount": True, "currency": "CNY"}}, "tender.value.amount", "ocds-type"),
        ({"tender__numberOfTenderers": 2.5}, "tender.numberOfTenderers", "ocds-type"),
        ({"tender__tenderers__0__id": "T9"}, "tender.tenderers[0].id", "ocds-party"),
        ({"buyer__id": "E9"}, "buyer.id", "ocds-party"),
        ({"parties__1__id": "E1"}, "parties[1].id", "ocds-twice"),
        ({"bids__details__0__id": "B2"}, "bids.details[1].id", "ocds-twice"),
        ({"bids__details__0__status": "rejected"}, "bids.details[0].status", "ocds-code"),
        ({"bids__details__0__relatedLots": ["L1"]}, "bids.details[0].relatedLots", "ocds-lot"),
        ({"awards": [{"id": "1", "relatedBid": "B9"}]}, "awards[0].relatedBid", "ocds-bid"),
        ({"awards": [{"status": "active"}]}, "awards[0].id", "ocds-missing"),
        ({"awards": {}}, "awards", "ocds-type"),
        ({"tender": []}, "tender", "ocds-type"),
    ],
)
def test_each_mistake_is_named_at_its_path(changes, path, code):
    assert (path, code) in named(release(**changes))


@pytest.mark.parametrize(
    ("key", "value", "path", "code"),
    [
        ("releases", [], "releases", "ocds-empty"),
        ("publisher", {}, "publisher.name", "ocds-missing"),
        ("uri", "no uri", "uri", "ocds-type"),
        ("publishedDate", "2026-11-01T09:00:00Z", "releases[0].date", "ocds-date"),
        ("version", None, "version", "ocds-null"),
        ("extensions", ["x"], "extensions[0]", "ocds-type"),
    ],
)
def test_mistakes_of_a_package(key, value, path, code):
    found = package_mistakes(read_json(json.dumps({**package(release()), key: value}).encode()))
    assert (path, code) in [(one.path, one.code) for one in found]


def test_two_releases_have_two_ids():
    twice = {**package(release()), "releases": [release(), release()]}
    found = package_mistakes(read_json(json.dumps(twice).encode()))
    assert [(one.path, one.code) for one in found] == [("releases[1].id", "ocds-twice")]


def test_numbers_keep_their_digits():
    assert read_json(b'{"a": 980000.50, "b": 7}') == {"a": "980000.50", "b": 7}
    assert isinstance(read_json(b"[1.5]")[0], Number)
    for text in (b'{"a": NaN}', b'{"a": 1, "a": 2}', b"{", b"\xff"):
        with pytest.raises(Malformed):
            read_json(text)


def test_every_kind_of_the_table_is_known():
    plain = {"any", "string", "number", "integer", "boolean", "uri", "date-time", "id"}
    for fields in OBJECTS.values():
        for field in fields.values():
            assert field.kind.strip("[]") in plain | OBJECTS.keys()
