"""The page of one claim: the words, who said them and how firmly, and all that rests on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.access import Access, Right
from core.admin.requests import access_of
from core.admin.show import EMPTY, day, link, moment, words
from core.visibility import Handling
from tracker.admin.tones import status_badge
from tracker.corroboration import Corroboration
from tracker.evidence import Credibility, Reliability
from tracker.models import Claim, Deadline, IssueLink, Position, StatusChange

if TYPE_CHECKING:
    from tracker.admin.claims import ClaimAdmin

MOST_SHOWN = 50


@dataclass(frozen=True)
class Resting:
    """Rows of one kind that have to do with the claim: for each its address, its name, and what it says."""

    title: str
    rows: list[tuple[str, str, object]]


def show(page: ClaimAdmin, request: HttpRequest, object_id: int) -> HttpResponse:
    claim = _found(page, request, object_id)
    access = access_of(request)
    response: HttpResponse = page.page(
        request,
        "tracker/claim.html",
        obj=claim,
        claim=claim,
        title=claim.key,
        actions=_actions(page, claim, access),
        facts=facts(claim, access),
        resting=[part for part in _resting(page, claim, access) if part.rows],
        replacement=_link_to(page, Claim.objects.visible_to(access).filter(replaces=claim).first()),
        replaced=_link_to(page, Claim.objects.visible_to(access).filter(pk=claim.replaces_id or 0).first()),
        reading_url=reverse("admin:tracker_source_read", args=[claim.source_id]),
        history_url=page.to("history", claim.pk) if page.may_read_ledger(request, claim) else "",
    )
    return response


def _found(page: ClaimAdmin, request: HttpRequest, object_id: int) -> Claim:
    rows = page.get_queryset(request).defer(None)
    related = ("relationship", "source", "issue", "speaker", "responds_to", "repeats", "by", "withdrawn_by")
    claim: Claim = page.found(request, object_id, rows.select_related(*related))
    return claim


def _actions(page: ClaimAdmin, claim: Claim, access: Access) -> list[dict[str, str]]:
    """What this reader may do with it now."""
    offered = []
    if access.may(Right.WRITE, claim.relationship_id) and not claim.is_withdrawn:
        offered.append(("replace", "Replace"))
    if access.may(Right.WITHDRAW, claim.relationship_id) and not claim.is_withdrawn:
        offered.append(("withdraw", "Withdraw"))
    if access.may(Right.WRITE, claim.relationship_id) and claim.relationship_id in access.cleared:
        offered.append(("handling", "Open" if claim.handling == Handling.RESTRICTED else "Restrict"))
    return [{"url": page.to(name, claim.pk), "label": label} for name, label in offered]


def facts(claim: Claim, access: Access) -> list[tuple[str, object]]:
    """What there is to say; a row that would say nothing is left out."""
    source, issue = claim.source, claim.issue
    shown: list[tuple[str, object]] = [
        ("Issue", link(reverse("admin:tracker_issue_change", args=[issue.pk]), f"{issue.key} {issue.title}")),
        ("Source", link(reverse("admin:tracker_source_change", args=[source.pk]), f"{source.key} {source.title}")),
        ("Said by", _speaker(claim)),
        ("Office", words(claim.speaker_office)),
        ("Capacity", claim.get_capacity_display()),
        ("Relayed by", words(claim.relayed_by)),
        ("Said on", words(claim.said_on)),
        ("Counts for", day(claim.happened_on)),
        ("How firm", claim.get_modality_display()),
        ("Stance", _stance(claim)),
        *_judgement(claim, access),
        ("Recorded", f"{moment(claim.recorded_at)} by {claim.author or 'the system'}"),
        ("Known", f"{moment(claim.known_at)}{', as stated' if claim.known_at_stated else ''}"),
        ("Handling", claim.get_handling_display()),
    ]
    return [(label, value) for label, value in shown if value != EMPTY]


def _speaker(claim: Claim) -> str:
    if not claim.is_attributed:
        return "Unattributed"
    party = claim.speaker.code if claim.speaker else ""
    return f"{claim.speaker_name} ({party})" if claim.speaker_name and party else claim.speaker_shown


def _stance(claim: Claim) -> SafeString | str:
    """What it answers is as open as it is itself, or more so."""
    about = claim.responds_to
    if about is None:
        return words(None)
    shown = link(reverse("admin:tracker_claim_change", args=[about.pk]), about.key)
    return format_html("{} {}: {}", claim.get_stance_display(), shown, about.summary)


def _judgement(claim: Claim, access: Access) -> list[tuple[str, object]]:
    """The Admiralty letter and figure, each with the rule or the person's reason; and how many sources have it."""
    backing = Corroboration.of([claim], access)
    credibility = backing.credibility(claim)
    sources = backing.sources.get(claim.repeats_id or claim.pk, frozenset())
    source = claim.source
    return [
        ("Grade", format_html("<strong>{}{}</strong>", source.reliability, credibility.value)),
        ("Source judged", f"{Reliability(source.reliability).label}, {source.reliability_reason or 'by rule'}"),
        ("Claim judged", f"{Credibility(credibility).label}, {claim.credibility_reason or 'by rule'}"),
        ("In sources", f"{len(sources)}, of which independent: {backing.independent(claim)}"),
    ]


def _link_to(page: ClaimAdmin, claim: Claim | None) -> SafeString | str:
    return link(page.to("change", claim.pk), claim.key) if claim else ""


def _resting(page: ClaimAdmin, claim: Claim, access: Access) -> list[Resting]:
    root = claim.repeats_id or claim.pk
    seen = Claim.objects.visible_to(access)
    same = seen.filter(repeats=root) | seen.filter(pk=root)
    moves = StatusChange.objects.visible_to(access).filter(claims=claim).select_related("issue")
    of_issue = {model: _of_issue(model, claim, access) for model in (Position, Deadline)}
    links = IssueLink.objects.visible_to(access).filter(claim=claim).select_related("from_issue", "to_issue")
    return [
        Resting("Responses to it", _claims(page, claim.responses.visible_to(access))),
        Resting("The same statement elsewhere", _claims(page, same.exclude(pk=claim.pk))),
        Resting("Moves that cite it", [
            (f"{_issue(row.issue_id)}#{row.external_id}", row.external_id, status_badge(row.to_status))
            for row in moves[:MOST_SHOWN]
        ]),
        Resting("Positions", [
            (_issue(row.issue_id), row.key, f"{row.party.code}, {row.get_kind_display()}: {row.text}")
            for row in of_issue[Position].select_related("party")
        ]),
        Resting("Deadlines", [(_issue(row.issue_id), row.key, f"{row.what}: {row.due}") for row in of_issue[Deadline]]),
        Resting("Links", [
            (_issue(row.from_issue_id), row.key, f"{row.from_issue.key} {row.get_kind_display()} {row.to_issue.key}")
            for row in links[:MOST_SHOWN]
        ]),
    ]  # fmt: skip


def _of_issue(model: Any, claim: Claim, access: Access) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.visible_to(access).filter(claim=claim).order_by("pk")[:MOST_SHOWN]
    return rows


def _claims(page: ClaimAdmin, rows: QuerySet[Claim]) -> list[tuple[str, str, object]]:
    found = rows.select_related("source").order_by("pk")[:MOST_SHOWN]
    return [(page.to("change", row.pk), row.key, _in_short(row)) for row in found]


def _in_short(row: Claim) -> str:
    stance = f"{row.get_stance_display()}: " if row.stance else ""
    return f"{stance}{row.summary} ({row.source.key})"


def _issue(pk: int) -> str:
    return reverse("admin:tracker_issue_change", args=[pk])
