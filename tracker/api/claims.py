"""Who said what, in which source, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core import clock
from core.access import Access
from core.api.fields import Choice, Day, QueryFlag, Text
from core.api.views import ApiView
from core.errors import InvalidInput
from tracker.actions.claims import ClaimDraft, add_claim, replace_claim
from tracker.api.claim_serializers import ClaimPageSerializer, ClaimSerializer, NewClaim
from tracker.api.fields import Key
from tracker.api.narrowing import (
    LONGEST_CODE,
    Condition,
    containing,
    equal,
    in_relationship,
    let_through,
    of_party,
    on,
    party_in,
    visible,
)
from tracker.api.record_serializers import RELATED
from tracker.api.records import (
    BY_KEY,
    Because,
    RecordQuery,
    Shown,
    api_words,
    check_replacement,
    search,
    withdrawn,
    writes,
)
from tracker.corroboration import Corroboration
from tracker.evidence import Capacity, Modality, Stance
from tracker.models import Claim, Issue, Source, StatusChange

TAG = "claims"
NAMES = {
    "speaker": "speaker.party",
    "speaker_name": "speaker.name",
    "speaker_office": "speaker.office",
    "translation": "translation.text",
    "translated_by": "translation.by",
    "stated_credibility": "credibility.value",
    "credibility_reason": "credibility.reason",
}


def _corroborated(claims: Sequence[Claim], access: Access) -> dict[str, Any]:
    return {"corroboration": Corroboration.of(claims, access)}


CLAIMS = Shown(
    Claim,
    ClaimSerializer,
    "claim",
    "claim",
    related=(*RELATED, "source", "issue", "speaker", "responds_to", "repeats"),
    context=_corroborated,
)


class ClaimQuery(RecordQuery):
    issue = Key(required=False)
    source = Key(required=False)  # type: ignore[assignment]
    speaker = Text(required=False, max_length=LONGEST_CODE, help_text="The code of a party.")
    capacity = Choice(Capacity.choices, required=False)
    modality = Choice(Modality.choices, required=False)
    stance = Choice(Stance.choices, required=False)
    in_force = QueryFlag(required=False, help_text="Whether it is not withdrawn.")
    since = Day(required=False, help_text="It was said on that day or later.")
    cited_by = Text(required=False, max_length=40, help_text="The id of a status change, such as USCN-7-H2.")
    q = search("key, summary, quote, translation, or a name of who speaks or relays, in any script or spelling")


def _in_force(wanted: bool, access: Access) -> Q:
    return Q(withdrawn_at__isnull=wanted)


def _cited_by(row_id: str, access: Access) -> Q:
    found = re.fullmatch(r"(.+)-H([1-9][0-9]{0,8})", row_id)
    issues = Issue.objects.visible_to(access).filter(key=found[1]) if found else Issue.objects.none()
    rows = StatusChange.objects.filter(issue__in=issues.values("pk"), seq=found[2] if found else 0)
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        raise InvalidInput("is not known here", field="cited_by", value=row_id)
    return Q(status_changes=pk)


CONDITIONS: Mapping[str, Condition] = MappingProxyType(
    {
        "relationship": in_relationship,
        "issue": on("issue", Issue, "issue"),
        "source": on("source", Source, "source"),
        "speaker": of_party("speaker", "speaker"),
        "capacity": equal("capacity"),
        "modality": equal("modality"),
        "stance": equal("stance"),
        "in_force": _in_force,
        "since": equal("happened_on__gte"),
        "cited_by": _cited_by,
        "q": containing(
            "key", "summary", "quote", "translation", "speaker_name", "speaker_office", "relayed_by", named="speaker"
        ),
    }
)


class ClaimList(ApiView):
    query = {"GET": ClaimQuery}

    @extend_schema(operation_id="claims", summary="The claims", tags=[TAG], responses=ClaimPageSerializer)
    def get(self, request: Request) -> Response:
        rows = let_through(CLAIMS.rows(self.access), self.params, self.access, CONDITIONS)
        return CLAIMS.page(self, request, rows, BY_KEY[self.params["ordering"]])

    @writes(
        ClaimSerializer,
        operation_id="add_claim",
        summary="Record a claim, or put a right one in the place of a wrong one",
        tag=TAG,
        takes=NewClaim,
    )
    def post(self, request: Request) -> Response:
        given = self.body(NewClaim)
        check_replacement(given)
        wrong = visible(Claim, given.pop("replaces"), self.access, field="replaces") if "replaces" in given else None
        reason = given.pop("reason", "")
        draft = draft_of(given, self.access)
        common: dict[str, Any] = {"draft": draft, "by": self.access, "at": clock.now()}
        with api_words(NAMES):
            claim = replace_claim(claim=wrong, reason=reason, **common) if wrong else add_claim(**common)
        return CLAIMS.written(self, request, claim)


class ClaimDetail(ApiView):
    @extend_schema(operation_id="claim", summary="One claim", tags=[TAG], responses=ClaimSerializer)
    def get(self, request: Request, claim: str) -> Response:
        return CLAIMS.one(self, CLAIMS.get(self, claim))


class ClaimWithdrawal(ApiView):
    @writes(ClaimSerializer, operation_id="withdraw_claim", summary="Withdraw a claim", tag=TAG, takes=Because)
    def post(self, request: Request, claim: str) -> Response:
        return CLAIMS.written(self, request, withdrawn(self, CLAIMS.get(self, claim)))


def draft_of(given: Mapping[str, Any], access: Access) -> ClaimDraft:
    """The body in the action's terms, with rows in the place of keys."""
    plain = ("summary", "quote", "language", "only_in_translation", "capacity", "relayed_by", "said_on", "modality")
    values = {name: given[name] for name in (*plain, "stance", "handling") if name in given}
    for field, model in (("source", Source), ("issue", Issue), ("responds_to", Claim), ("repeats", Claim)):
        if field in given:
            related = ("relationship",) if model is Source else ("repeats",) if model is Claim else ()
            values[field] = visible(model, given[field], access, field=field, related=related)
    return ClaimDraft(**values, **_parts(given, values["source"], access))


def _parts(given: Mapping[str, Any], source: Source, access: Access) -> dict[str, Any]:
    """What the body keeps together, and the action side by side."""
    speaker, translation = given.get("speaker", {}), given.get("translation", {})
    credibility = given.get("credibility", {})
    code = speaker.get("party")
    return {
        "near": given.get("place", {}).get("start"),
        "speaker": party_in(source.relationship, code, access, field="speaker.party") if code is not None else None,
        "speaker_name": speaker.get("name", ""),
        "speaker_office": speaker.get("office", ""),
        "translation": translation.get("text", ""),
        "translated_by": translation.get("by", ""),
        "credibility": credibility.get("value"),
        "credibility_reason": credibility.get("reason", ""),
    }
