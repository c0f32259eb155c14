"""The arithmetic of the hash chain."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import fields, replace

import pytest

from core.chain import GENESIS, Line, check_plain, digest_of, hash_of

LINE = Line(
    compartment_id=1,
    seq=7,
    kind="issue.edited",
    subject_type="tracker.issue",
    subject_id="USCN-7",
    actor_id=3,
    at=dt.datetime(2026, 2, 9, 7, 0, tzinfo=dt.UTC),
    handling="open",
    changes_digest=digest_of({"title": ["a", "b"]}),
    previous_hash=GENESIS,
)
OTHERS = {
    "compartment_id": 2,
    "seq": 8,
    "kind": "issue.created",
    "subject_type": "tracker.flag",
    "subject_id": "USCN-8",
    "actor_id": None,
    "at": dt.datetime(2026, 2, 9, 7, 0, 0, 1, tzinfo=dt.UTC),
    "handling": "restricted",
    "changes_digest": digest_of({}),
    "previous_hash": "f" * 64,
}


@pytest.mark.parametrize("name", [field.name for field in fields(Line)])
def test_every_field_of_a_line_is_covered(name: str) -> None:
    assert hash_of(replace(LINE, **{name: OTHERS[name]})) != hash_of(LINE)  # type: ignore[arg-type]


def test_the_hash_of_a_known_line_stays_what_it_was() -> None:
    """Ledgers on disk were hashed like this; a change here would declare them all forged."""
    assert hash_of(LINE) == "1ece1b54ae9923878b79e09fed87a69ec70c1ec6d7235db0908bfcc07f4ab551"


def test_the_same_instant_told_in_another_zone_has_the_same_hash() -> None:
    tokyo = LINE.at.astimezone(dt.timezone(dt.timedelta(hours=9)))
    assert hash_of(replace(LINE, at=tokyo)) == hash_of(LINE)


def test_the_digest_is_that_of_canonical_json() -> None:
    canonical = b'{"a":[null,"\\u00fc"],"b":1}'
    assert digest_of({"b": 1, "a": [None, "ü"]}) == hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [({"a": 1}, {"a": "1"}), ({"a": None}, {}), ({"a": True}, {"a": 1}), ({"a": [1, 2]}, {"a": [2, 1]}), ({}, None)],
)
def test_different_changes_have_different_digests(one: object, other: object) -> None:
    assert digest_of(one) != digest_of(other)


def test_a_number_that_is_none_has_no_digest() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_of({"a": float("nan")})


@pytest.mark.parametrize("value", [None, True, 7, "text", ["a", None], {"a": {"b": [1]}}, ("a", "b"), {}])
def test_plain_values_may_stand_on_the_ledger(value: object) -> None:
    check_plain({"field": [None, value]})


@pytest.mark.parametrize("value", [1.0, dt.date(2026, 2, 9), b"a", {1: "a"}, {"a": 0.5}, [object()], {"a"}])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        check_plain({"field": [None, value]})
