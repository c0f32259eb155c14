"""The pass that raises and clears flags: as many statements for a hundred thousand issues as for ten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When

from core import ledger, locks
from core.access import Access
from core.errors import Forbidden
from core.inserts import insert_select
from core.jobs import run_job
from core.ledger import Entry
from core.models import JobRun
from core.visibility import Handling
from tracker.flag_rules import FlagRule, configured
from tracker.models import Flag, Issue
from tracker.models.flag import Flags

# Whoever must not meet a pass half way takes the lock of this name.
JOB = "tracker.flag_stale"
COLUMNS = (
    "relationship_id",
    "subject_kind",
    "subject_id",
    "rule",
    "level",
    "since",
    "raised_at",
    "cleared_why",
    "handling",
)


@dataclass(frozen=True)
class Passed:
    raised: int
    cleared: int


def run_pass(*, slot: str, at: dt.datetime, as_of: dt.date) -> JobRun | None:
    """One run of the job, by the system; None where the slot was taken, `skipped` where another pass was at work."""
    return run_job(name=JOB, slot=slot, at=at, as_of=as_of, work=_as_job)


def _as_job(at: dt.datetime, as_of: dt.date) -> dict[str, object]:
    return asdict(update_flags(by=Access.system(), at=at, as_of=as_of))


@transaction.atomic
def update_flags(*, by: Access, at: dt.datetime, as_of: dt.date) -> Passed:
    """Makes the standing flags what the rules say as of the date: one for each subject and rule, in its episode.

    1. The passes stand in a queue. (Were two to meet all the same, the unique constraint on standing flags lets one
       row through, and the other's INSERT passes over it.)
    2. Each rule clears, then raises. Issues are read, and never written or locked.
    3. The ledger gets a line for each relationship in which something changed; what is restricted is counted apart.

    `at` belongs to one pass alone, by which its flags are counted: `run_job` sees to that. Forbidden to people.
    """
    if not by.is_system:
        raise Forbidden("Flags are raised and cleared by the system alone.", field="role")
    locks.wait_lock(JOB)
    raised = cleared = 0
    for rule in configured():
        cleared += _clear(rule, at=at, as_of=as_of)
        raised += _raise(rule, at=at, as_of=as_of)
    if raised or cleared:
        _record(by=by, at=at)
    return Passed(raised, cleared)


def copy_handling(issue: Issue) -> None:
    """The flags of an issue are restricted with it; part of the edit. A pass under way is waited for, since it may be
    raising a flag with the old handling, unseen until it commits.

    Those of an issue that is opened stay as they are: they may tell of what is restricted still. The next pass raises
    an open one in the place of the one that stands.
    """
    locks.wait_lock(JOB)
    if issue.handling == Handling.RESTRICTED:
        clock = Issue.objects.filter(children=issue.pk).values("last_substantive_on")
        of_parent = Q(subject_id=issue.parent_id, rule=Flag.Rule.SILENCE, since__gt=Subquery(clock))
        Flag.objects.of_issues().filter(Q(subject_id=issue.pk) | of_parent).update(handling=issue.handling)


def hide_flags(issues: Iterable[int], days: Iterable[dt.date]) -> None:
    """Part of a deed that restricts records on these issues, which happened on these days: the flags that may tell of
    them are restricted, cleared ones as well. The next pass raises again, openly, what still stands openly."""
    locks.wait_lock(JOB)
    flags = Flag.objects.of_issues().filter(subject_id__in=list(issues), handling=Handling.OPEN)
    told = ~Q(rule=Flag.Rule.SILENCE) | Q(since__in=list(days))
    flags.filter(told).update(handling=Handling.RESTRICTED)


def _clear(rule: FlagRule, *, at: dt.datetime, as_of: dt.date) -> int:
    """A flag whose subject is no longer what it says. Where that is restricted now, so is the flag that ends: who may
    not see the subject has never seen the flag."""
    subjects = rule.subjects(as_of).filter(subject_id=OuterRef("subject_id"))
    same = subjects.filter(since=OuterRef("since"))
    gone = _standing(rule).filter(~Exists(same.filter(flag_handling=OuterRef("handling"))))
    hidden = When(Exists(subjects.filter(flag_handling=Handling.RESTRICTED)), then=Value(Handling.RESTRICTED))
    shown_to_others = When(Exists(same), then=Value("It is shown to others than before."))
    return gone.update(
        cleared_at=at,
        cleared_why=Case(shown_to_others, default=rule.why_cleared),
        handling=Case(hidden, default=F("handling")),
    )


def _raise(rule: FlagRule, *, at: dt.datetime, as_of: dt.date) -> int:
    flagged = _standing(rule).filter(subject_id=OuterRef("subject_id"))
    rows = (
        rule.subjects(as_of)
        .filter(~Exists(flagged))
        .values_list(
            "relationship_id",
            Value(rule.subject_kind),
            "subject_id",
            Value(rule.name),
            Value(Flag.Level.NOTICE.value),
            "since",
            Value(at),
            Value(""),
            "flag_handling",
        )
    )
    return insert_select(Flag, COLUMNS, rows)


def _standing(rule: FlagRule) -> Flags:
    return Flag.objects.standing().filter(subject_kind=rule.subject_kind, rule=rule.name)


def _record(*, by: Access, at: dt.datetime) -> None:
    """In the order of the relationships, as everybody takes their ledgers who takes several."""
    changed = (
        Flag.objects.filter(Q(raised_at=at) | Q(cleared_at=at))
        .order_by("relationship_id", "handling")
        .values("relationship_id", "handling", slug=F("relationship__slug"))
        .annotate(raised=Count("pk", filter=Q(raised_at=at)), cleared=Count("pk", filter=Q(cleared_at=at)))
    )
    for row in changed:
        ledger.record(row["relationship_id"], [_entry(row)], by=by, at=at)


def _entry(row: Mapping[str, Any]) -> Entry:
    """The subject of the restricted count is another: a record's earlier lines are hidden with its latest."""
    restricted = row["handling"] == Handling.RESTRICTED
    subject = f"{row['slug']}/restricted" if restricted else row["slug"]
    changes = {name: [None, row[name]] for name in ("raised", "cleared") if row[name]}
    return Entry("flags.updated", "tracker.flag", subject, changes, row["handling"])
