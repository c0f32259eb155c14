"""Which colour a word has, everywhere. One tone, one meaning; what a tone looks like is in static/parley/tones.css."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin.show import EMPTY, badge
from core.visibility import Handling
from tracker.evidence import DeadlineOutcome, Disclosure, Modality, NoteKind
from tracker.models import Flag
from tracker.statuses import Priority, Status, Trend

TONE_OF: dict[str, str] = {
    Status.WATCH: "quiet",
    Status.RAISED: "talking",
    Status.DISCUSSING: "talking",
    Status.NEGOTIATING: "bargaining",
    Status.AGREED: "terms",
    Status.IMPLEMENTING: "terms",
    Status.STALLED: "stopped",
    Status.DORMANT: "quiet",
    Status.RESOLVED: "settled",
    Status.CLOSED: "over",
}
DISCLOSURE_TONE: dict[str, str] = {
    Disclosure.PUBLIC: "quiet",
    Disclosure.TOLD_TO_THEM: "talking",
    Disclosure.INTERNAL: "over",
}
OUTCOME_TONE: dict[str, str] = {
    DeadlineOutcome.MET: "settled",
    DeadlineOutcome.MISSED: "stopped",
    DeadlineOutcome.MOVED: "talking",
    DeadlineOutcome.DROPPED: "over",
}
ARROW_OF: dict[str, str] = {Trend.EASING: "↘", Trend.STEADY: "→", Trend.ESCALATING: "↗"}


def status_badge(status: str) -> SafeString:
    return badge(Status(status).label, TONE_OF[status]) if status else badge("Void", "void")


def trend_text(trend: str) -> SafeString | str:
    if not trend:
        return EMPTY
    return format_html('<span aria-hidden="true">{}</span> {}', ARROW_OF[trend], Trend(trend).label)


def priority_text(priority: str) -> SafeString | str:
    label = str(Priority(priority).label)
    return format_html("<strong>{}</strong>", label) if priority == Priority.HIGH else label


def flag_badge(flag: Flag) -> SafeString:
    rule = Flag.Rule(flag.rule).label if flag.rule in Flag.Rule.values else flag.rule.replace("_", " ").capitalize()
    escalated = flag.level == Flag.Level.ESCALATED
    return badge(f"{rule}, escalated" if escalated else rule, "alarm" if escalated else "attention")


def handling_badge(handling: str) -> SafeString | str:
    """A mark on what is restricted, and nothing on what is open."""
    return badge("Restricted", "sealed") if handling == Handling.RESTRICTED else ""


def firm_badge(modality: str) -> SafeString | str:
    """How firmly it was said, wherever that is more than what everything is at first."""
    return badge(Modality(modality).label, "quiet") if modality != Modality.DISCUSSED else ""


def disclosure_badge(disclosure: str) -> SafeString:
    return badge(Disclosure(disclosure).label, DISCLOSURE_TONE[disclosure])


def outcome_badge(outcome: str) -> SafeString:
    return badge(DeadlineOutcome(outcome).label, OUTCOME_TONE[outcome])


def note_badge(kind: str) -> SafeString:
    return badge(NoteKind(kind).label, "settled" if kind == NoteKind.NO_CHANGE else "quiet")
