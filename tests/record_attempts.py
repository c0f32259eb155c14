"""Records to try bad inputs on: each route of the API finds one, and takes one good body."""

from __future__ import annotations

from typing import Any

from core.access import Access
from core.actions.members import add_member
from tests.records import a_claim, a_deadline, a_link, a_note, a_position, a_source, side
from tests.world import NOW, World
from tracker.actions.history import NewRow
from tracker.actions.issues import Draft, create_issue
from tracker.actions.links import link_same_matter
from tracker.actions.relationships import Side, create_relationship
from tracker.actions.sources import edit_source
from tracker.models import Issue

SYSTEM = Access.system()
RECORD_PARTS: dict[str, object] = {
    "source": "USCN-S1",
    "claim": "USCN-Q1",
    "position": "USCN-P1",
    "deadline": "USCN-D1",
    "note": "USCN-N1",
    "link": "USCN-L1",
    "same_matter": 1,
}
WITHDRAWN = {"reason": "Misread."}
GOOD_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("/api/v1/issues/{key}/status-changes/", "post"): {
        "to": "discussing",
        "reason": "Said in Beijing.",
        "occurred_on": "2026-02-08",
    },
    ("/api/v1/issues/{key}/status-changes/{row_id}/claims/", "post"): {"claims": ["USCN-Q1"]},
    ("/api/v1/sources/", "post"): {"relationship": "us-cn", "title": "A statement"},
    ("/api/v1/sources/{source}/", "patch"): {"title": "Another statement"},
    ("/api/v1/sources/{source}/text/", "post"): {"text": "They said more."},
    ("/api/v1/claims/", "post"): {
        "source": "USCN-S1",
        "issue": "USCN-1",
        "summary": "They said so.",
        "quote": "said",
        "speaker": {"party": "CN", "name": "A minister"},
    },
    ("/api/v1/claims/{claim}/withdrawal/", "post"): WITHDRAWN,
    ("/api/v1/positions/", "post"): {
        "issue": "USCN-1",
        "party": "CN",
        "kind": "demand",
        "text": "Less of it.",
        "claim": "USCN-Q1",
    },
    ("/api/v1/positions/{position}/end/", "post"): {"until": "2026-02-08", "reason": "Given up."},
    ("/api/v1/positions/{position}/withdrawal/", "post"): WITHDRAWN,
    ("/api/v1/deadlines/", "post"): {"issue": "USCN-1", "what": "An answer", "due": "2026-04"},
    ("/api/v1/deadlines/{deadline}/close/", "post"): {
        "outcome": "met",
        "closed_on": "2026-02-08",
        "reason": "It came.",
    },
    ("/api/v1/deadlines/{deadline}/withdrawal/", "post"): WITHDRAWN,
    ("/api/v1/notes/", "post"): {"issues": ["USCN-1"], "text": "A remark."},
    ("/api/v1/notes/{note}/withdrawal/", "post"): WITHDRAWN,
    ("/api/v1/links/", "post"): {"from_issue": "USCN-1", "to_issue": "USCN-2", "kind": "related"},
    ("/api/v1/links/{link}/withdrawal/", "post"): WITHDRAWN,
    ("/api/v1/same-matters/", "post"): {"one": "USCN-2", "other": "CNRU-1"},
}
# The text of the first source is still to be held.
OTHER_PARTS: dict[tuple[str, str], dict[str, object]] = {
    ("/api/v1/sources/{source}/text/", "get"): {"source": "USCN-S2"}
}


def set_the_records(world: World, issue: Issue) -> int:
    """One of each on that issue. The source is in its second version, as the issue is. Returns the id of the link with
    the same matter in a third relationship, which the operator sees as well."""
    source = a_source(world)
    edit_source(source=source, version=1, values={"title": "A page"}, by=SYSTEM, at=NOW)
    a_source(world, "Another page", text="They said so.")
    claim = a_claim(world, issue, source)
    a_position(world, issue, party=side(world, 2), claim=claim)
    a_deadline(world, issue)
    a_note(issue)
    a_link(issue, world.issue("Tariffs"))
    return link_same_matter(one=issue, other=_elsewhere(world), by=SYSTEM, at=NOW).pk


def _elsewhere(world: World) -> Issue:
    sides = [Side("CN", "CN"), Side("RU", "RU")]
    third = create_relationship(slug="cn-ru", name="China – Russia", key_prefix="CNRU", sides=sides, by=SYSTEM, at=NOW)
    add_member(compartment=third, user=world.people["operator"], role="lead", cleared=True, by=SYSTEM, at=NOW)
    first = NewRow(to="raised", reason="Seen.", occurred_on=NOW.date())
    return create_issue(relationship=third, draft=Draft(title="Soybeans"), history=[first], by=SYSTEM, at=NOW)
