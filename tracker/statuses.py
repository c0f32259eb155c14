"""What an issue can be, and where it may go from there.

The table of moves is data: the buttons of the admin, the API, the database constraint and `docs/states.md`
are all made from it. `TEST_OF` says when a status applies, so that two analysts with the same sources decide
alike.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Status(TextChoices):
    """Where the two governments stand with each other on an issue."""

    WATCH = "watch", "Watch"
    RAISED = "raised", "Raised"
    DISCUSSING = "discussing", "Discussing"
    NEGOTIATING = "negotiating", "Negotiating"
    AGREED = "agreed", "Agreed"
    IMPLEMENTING = "implementing", "Implementing"
    STALLED = "stalled", "Stalled"
    DORMANT = "dormant", "Dormant"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"


class Trend(TextChoices):
    """Which way the tension on an issue goes; it is said with a move."""

    EASING = "easing", "Easing"
    STEADY = "steady", "Steady"
    ESCALATING = "escalating", "Escalating"


class Priority(TextChoices):
    """How much of the desk's attention an issue gets."""

    LOW = "low", "Low"
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"


class Category(TextChoices):
    """The field of policy an issue belongs to: one, the chief one."""

    DIPLOMACY = "diplomacy", "Diplomacy"
    SECURITY = "security", "Security and arms control"
    TRADE = "trade", "Trade and tariffs"
    TECHNOLOGY = "technology", "Technology and export controls"
    ENERGY = "energy", "Energy and raw materials"
    FINANCE = "finance", "Finance and investment"
    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement"
    PEOPLE = "people", "People, visas and consular matters"
    OTHER = "other", "Other"


TEST_OF: dict[Status, str] = {
    Status.WATCH: "It is on file, but no government has raised it with the other.",
    Status.RAISED: "One government spoke of it to or about the other, even if it said that both are discussing it.",
    Status.DISCUSSING: "Each of the two governments has spoken of it.",
    Status.NEGOTIATING: "An offer, a draft or a number has been put on the table.",
    Status.AGREED: "Both governments attest the terms, and not all of them are in effect.",
    Status.IMPLEMENTING: "A commitment on it is in force.",
    Status.STALLED: "A party says that it has stopped.",
    Status.DORMANT: "Nothing is heard of it, and nobody has said that it stopped.",
    Status.RESOLVED: "Those that raised it and those that answered say that it is settled.",
    Status.CLOSED: "It was merged into another issue, is out of scope, or events have overtaken it.",
}


def _to(names: str) -> frozenset[Status]:
    return frozenset(Status(name) for name in names.split())


MOVES: dict[Status, frozenset[Status]] = {
    Status.WATCH: _to("raised discussing negotiating dormant resolved closed"),
    Status.RAISED: _to("discussing negotiating agreed stalled dormant resolved closed"),
    Status.DISCUSSING: _to("negotiating agreed stalled dormant resolved closed"),
    Status.NEGOTIATING: _to("agreed stalled dormant resolved closed"),
    Status.AGREED: _to("implementing negotiating stalled resolved closed"),
    Status.IMPLEMENTING: _to("negotiating stalled resolved closed"),
    Status.STALLED: _to("raised discussing negotiating implementing dormant resolved closed"),
    Status.DORMANT: _to("watch raised discussing negotiating resolved closed"),
    Status.RESOLVED: _to("raised implementing"),
    Status.CLOSED: _to("watch raised"),
}


def may_move(from_: str, to: str) -> bool:
    """Whether the table allows it. From "" (creation) any status; a word that is no status is never allowed."""
    return to in Status.values if from_ == "" else (from_, to) in _ALLOWED


def pairs() -> list[tuple[str, str]]:
    """Every allowed (from, to), creation as ("", to) first.

    The order is that of `Status`, never that of a set: a database constraint is made from this list, and a
    changing order would look like a new migration at each start.
    """
    created = [("", to.value) for to in Status]
    return created + [(from_.value, to.value) for from_ in Status for to in Status if to in MOVES[from_]]


_ALLOWED = frozenset(pairs())
