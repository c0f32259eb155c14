"""How lists are narrowed: each filter names what it lets through, and a name that does not exist for this reader is
refused in one way, whether it is foreign, restricted or missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from core.access import Access
from core.errors import InvalidInput
from tracker.models import Party, Relationship
from tracker.search import parties_named, spellings

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])
Condition = Callable[[Any, Access], Q]
MOST_WORDS = 10
LONGEST_CODE = 40


def let_through(rows: Rows, params: Mapping[str, Any], access: Access, conditions: Mapping[str, Condition]) -> Rows:
    """The rows that all the given filters let through."""
    for name, condition in conditions.items():
        if name in params:
            rows = rows.filter(condition(params[name], access))
    return rows


def equal(field: str) -> Condition:
    return lambda value, access: Q(**{field: value})


def in_relationship(slug: str, access: Access) -> Q:
    return Q(relationship=visible(Relationship, slug, access, field="relationship", by="slug").pk)


def on(path: str, model: type[Model], field: str) -> Condition:
    """Rows whose `path` is the record of that key."""
    return lambda key, access: Q(**{path: visible(model, key, access, field=field).pk})


def of_party(path: str, field: str) -> Condition:
    """Rows whose `path` is a party of that code, in whichever relationship of the reader."""

    def condition(code: str, access: Access) -> Q:
        visible(Party, code, access, field=field, by="code")
        return Q(**{f"{path}__in": Party.objects.visible_to(access).filter(code=code).values("pk")})

    return condition


def containing(*fields: str, named: str = "") -> Condition:
    """Rows in which each of the words stands in one of the fields, or in a name, of any script or spelling, of the
    party at `named`."""

    def condition(text: str, access: Access) -> Q:
        found = Q()
        for word in words_of(text):
            here = Q()
            for field, spelling in product(fields, spellings(word)):
                here |= Q(**{f"{field}__icontains": spelling})
            if named:
                here |= Q(**{f"{named}__in": called([word], access)})
            found &= here
        return found

    return condition


def called(words: Sequence[str], access: Access) -> Any:
    """The parties of which each word stands in the code or in a name, as a subquery."""
    return parties_named(words, Party.objects.visible_to(access)).values("pk")


def words_of(text: str) -> Sequence[str]:
    words = text.split()
    if not words or len(words) > MOST_WORDS:
        raise InvalidInput(f"takes one to {MOST_WORDS} words", field="q")
    return words


def visible(
    model: type[M], value: str, access: Access, *, field: str, by: str = "key", related: Sequence[str] = ()
) -> M:
    """The row of that name, if it exists for this reader; else InvalidInput, the same for all that do not."""
    rows = model._default_manager.visible_to(access).filter(**{by: value})  # type: ignore[attr-defined]
    row: M | None = rows.select_related(*related).first() if related else rows.first()
    if row is None:
        raise InvalidInput("is not known here", field=field, value=value)
    return row


def party_in(relationship: Relationship, code: str, access: Access, *, field: str) -> Party:
    """The party of that code in that relationship, with those of which it is a part."""
    rows = Party.objects.visible_to(access).filter(relationship=relationship, code=code)
    party = rows.select_related("parent__parent__parent").first()
    if party is None:
        raise InvalidInput("is not known here", field=field, value=code)
    return party


def visible_all(
    model: type[M], keys: Sequence[str], access: Access, *, field: str, related: Sequence[str] = ()
) -> list[M]:
    """The rows of those keys, in that order, each once. InvalidInput as of `visible`, with the first that is not."""
    rows = model._default_manager.visible_to(access).filter(key__in=keys)  # type: ignore[attr-defined]
    found = {row.key: row for row in (rows.select_related(*related) if related else rows)}
    for key in keys:
        if key not in found:
            raise InvalidInput("is not known here", field=field, value=key)
    return [found[key] for key in dict.fromkeys(keys)]
