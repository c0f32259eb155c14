"""The fields of a source or a record, each as one object: how it is read from a file, shown in one, compared with what
is on record, and handed to an action."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from tracker.dossiers.dates import plain_fuzzy, read_fuzzy
from tracker.dossiers.fields import Fields
from tracker.dossiers.values import Plain
from tracker.dossiers.work import Work

KEY = re.compile(r"([A-Z][A-Z0-9]{1,11})-([A-Z]?)([1-9][0-9]{0,8})\Z")


class Reference(NamedTuple):
    """Something that a value names: what it is called in a sentence, and its key."""

    noun: str
    key: str


@dataclass(frozen=True)
class Part:
    """`column` is what the row and the draft of the action call it, where that is not its name in the file."""

    name: str
    column: str = ""
    required: bool = False
    # Whether "it is empty" can be said of it.
    statable: ClassVar[bool] = True

    def read(self, fields: Fields, work: Work) -> Any:
        raise NotImplementedError

    def of(self, row: Any) -> Any:
        """The value that the row has, in the form that `read` gives."""
        return getattr(row, self.column or self.name)

    def plain(self, value: Any) -> Plain:
        """As it is written into a file; None where there is nothing to say."""
        return value or None

    def same(self, row: Any, value: Any, work: Work) -> bool:
        return bool(self.of(row) == value)

    def references(self, value: Any) -> Iterator[Reference]:
        return iter(())

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        """What a draft is told."""
        return {self.column or self.name: value}


@dataclass(frozen=True)
class Text(Part):
    limit: int = 200
    lines: bool = False

    def read(self, fields: Fields, work: Work) -> str:
        return fields.text(self.name, limit=self.limit, required=self.required, lines=self.lines)


@dataclass(frozen=True)
class Choice(Part):
    allowed: Collection[str] = ()

    def read(self, fields: Fields, work: Work) -> str:
        return fields.choice(self.name, self.allowed, required=self.required)


class Day(Part):
    def read(self, fields: Fields, work: Work) -> Any:
        return fields.date(self.name, required=self.required)


class Instant(Part):
    def read(self, fields: Fields, work: Work) -> Any:
        return fields.instant(self.name, required=self.required)


class Flag(Part):
    def read(self, fields: Fields, work: Work) -> bool:
        return fields.flag(self.name)


class Fuzzy(Part):
    def read(self, fields: Fields, work: Work) -> Any:
        return read_fuzzy(fields, self.name, required=self.required)

    def plain(self, value: Any) -> Plain:
        return plain_fuzzy(value)


class PartyRef(Part):
    """A party, by its code."""

    def read(self, fields: Fields, work: Work) -> str:
        return fields.text(self.name, limit=40, required=self.required)

    def of(self, row: Any) -> str:
        party = super().of(row)
        return party.code if party else ""

    def references(self, value: Any) -> Iterator[Reference]:
        if value:
            yield Reference("party", value)

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        return {self.column or self.name: work.parties[value] if value else None}


@dataclass(frozen=True)
class Ref(Part):
    """An issue or a record, by its key."""

    noun: str = "issue"
    letter: str = ""

    def read(self, fields: Fields, work: Work) -> str:
        text = fields.text(self.name, limit=24, required=self.required)
        reason = not_a_key(text, self.noun, self.letter, work) if text else ""
        if reason:
            fields.refuse(self.name, reason, text)
        return "" if reason else text

    def of(self, row: Any) -> str:
        other = super().of(row)
        return other.key if other else ""

    def references(self, value: Any) -> Iterator[Reference]:
        if value:
            yield Reference(self.noun, value)

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        return {self.column or self.name: work.finds(value) if value else None}


@dataclass(frozen=True)
class IssueRefs(Part):
    """Several issues, in the order of their numbers."""

    def read(self, fields: Fields, work: Work) -> list[str]:
        keys = fields.words(self.name, limit=24, required=True)
        wrong = [(key, reason) for key in keys if (reason := not_a_key(key, "issue", "", work))]
        for key, reason in wrong:
            fields.refuse(self.name, reason, key)
        return [] if wrong else sorted(set(keys), key=number_of)

    def of(self, row: Any) -> list[str]:
        return sorted((issue.key for issue in getattr(row, self.name).all()), key=number_of)

    def references(self, value: Any) -> Iterator[Reference]:
        return (Reference("issue", key) for key in value)

    def given(self, value: Any, work: Work) -> Mapping[str, Any]:
        return {self.name: [work.issues[key] for key in value]}


def not_a_key(text: str, noun: str, letter: str, work: Work) -> str:
    """Why it is no key of that kind here; "" for one."""
    found = KEY.match(text)
    if found is None or found[2] != letter:
        return f"must be the key of a{'n' if noun[0] in 'ai' else ''} {noun}, such as USCN-{letter}7"
    if work.key_prefix and found[1] != work.key_prefix:
        return f"is of another relationship: here keys begin with {work.key_prefix}"
    return ""


def number_of(key: str) -> int:
    return int(re.sub(r".*\D", "", key))
