"""How each input of the catalogue is tried: at every place of every route that takes its kind."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.test import Client

from core.access import Access
from core.actions.members import add_member
from core.api.views import api_description
from tests.api import Api
from tests.inputs import Bad, Kind
from tests.routes import Route, all_routes
from tests.world import NOW, World
from tracker.models import Flag

# A value for each part of an address, and a good body for each operation that takes one. A new route that needs
# another is found by `uncovered`: add it here.
PARTS: dict[str, object] = {"key": "USCN-1", "row_id": "USCN-1-H1", "seq": 1, "to": "discussing"}
PARTS |= {"app_label": "tracker", "url": "nothing", "content_type_id": 1}
GOOD_BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("/api/v1/issues/{key}/status-changes/", "post"): {
        "to": "discussing",
        "reason": "Said in Beijing.",
        "occurred_on": "2026-02-08",
    }
}
# They open no record and take no input: signing out would end the test's own session.
LEFT_OUT = ("/admin/logout/", "/admin/{url}")
JSON = "application/json"
Attempt = tuple[str, Any]


@dataclass(frozen=True)
class Form:
    address: str
    hidden: Mapping[str, str]
    shown: Sequence[str]


class Stage:
    """One world for all inputs, since none of them may change it."""

    def __init__(self, world: World) -> None:
        issue = world.issue(status="raised")
        world.issue(foreign=True)
        Flag.objects.create(
            relationship=world.home,
            subject_kind="issue",
            subject_id=issue.pk,
            rule="silence",
            since=issue.last_substantive_on,
            raised_at=NOW,
        )
        operator = world.people["operator"]
        add_member(compartment=world.home, user=operator, role="lead", cleared=True, by=Access.system(), at=NOW)
        self.api = Api(operator)
        self.admin = Client(raise_request_exception=False)
        self.admin.force_login(operator)
        self.parts = {route.template: self._parts_of(route) for route in all_routes()}
        addresses = [route.address(self.parts[route.template]) for route in pages()]
        self.forms = [form for address in addresses for form in forms_of(self.admin, address)]

    def _parts_of(self, route: Route) -> dict[str, object]:
        """For the admin, the first record of the model that the route's name tells."""
        names = route.name.split("_")
        if "object_id" not in route.parts or len(names) < 3:
            return PARTS
        first = apps.get_model(names[0], names[1])._default_manager.order_by("pk").first()
        return {**PARTS, "object_id": first.pk if first else 1}

    def call_api(self, method: str, address: str, body: Any = b"", **headers: str) -> Any:
        if method == "post" and not body:
            body = json.dumps(next(iter(GOOD_BODIES.values())))
        return self.api.call(method.upper(), address, body, **{"If-Match": '"v2"', **headers})


def operations() -> list[tuple[Route, str, dict[str, Any]]]:
    """What the API's description describes: address, method, and what it takes."""
    return [
        (Route(path, operation["operationId"]), method, operation)
        for path, methods in api_description()["paths"].items()
        for method, operation in methods.items()
    ]


def pages() -> list[Route]:
    """Everything else: the admin and the few addresses around it."""
    described = {route.template for route, _, _ in operations()}
    return [route for route in all_routes() if route.template not in described and route.template not in LEFT_OUT]


# What a schema of the description must look like for an input of that kind to stand in its place.
FITS: dict[Kind, Callable[[str, dict[str, Any]], bool]] = {
    Kind.DATE: lambda name, schema: "date" in str(schema.get("format", schema.get("anyOf", ""))),
    Kind.NUMBER: lambda name, schema: schema.get("type") == "integer",
    Kind.WORD: lambda name, schema: "enum" in schema or schema.get("type") == "boolean" or "oneOf" in schema,
    Kind.SEARCH: lambda name, schema: name == "q",
    Kind.CURSOR: lambda name, schema: name == "cursor",
    Kind.NAME: lambda name, schema: _is_text(schema) and name not in ("q", "cursor"),
    Kind.TEXT: lambda name, schema: _is_text(schema),
    Kind.TYPE: lambda name, schema: True,
}
IN_QUERY = (Kind.DATE, Kind.NUMBER, Kind.WORD, Kind.SEARCH, Kind.CURSOR, Kind.NAME)
IN_BODY = (Kind.DATE, Kind.WORD, Kind.TEXT, Kind.TYPE)


def _is_text(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "string" and not {"enum", "format", "anyOf"} & set(schema)


def _body_fields(operation: dict[str, Any]) -> dict[str, Any]:
    if "requestBody" not in operation:
        return {}
    name = operation["requestBody"]["content"][JSON]["schema"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = api_description()["components"]["schemas"][name]["properties"]
    return {field: _resolved(schema) for field, schema in found.items()}


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return {"enum": [], **schema} if "$ref" in str(schema) else schema


def at_the_api(stage: Stage, bad: Bad) -> Iterator[Attempt]:
    """Every way in which an operation of the API takes that input."""
    for route, method, operation in operations():
        address = route.address(PARTS)
        label = f"{method} {route.template}"
        if bad.kind is Kind.PATH:
            for part in route.parts:
                yield f"{label} {part}", stage.call_api(method, route.address({**PARTS, part: bad.value}))
        elif bad.kind is Kind.QUERY:
            yield label, stage.call_api(method, f"{address}?{bad.value}")
        elif bad.kind is Kind.HEADER:
            yield label, stage.call_api(method, address, **bad.value)
        elif bad.kind in (Kind.BODY, Kind.EXTRA) and (route.template, method) in GOOD_BODIES:
            good = GOOD_BODIES[route.template, method]
            body = bad.value if bad.kind is Kind.BODY else json.dumps({**good, **bad.value})
            yield label, stage.call_api(method, address, body)
        yield from _in_fields(stage, bad, route, method, operation)


def _in_fields(stage: Stage, bad: Bad, route: Route, method: str, operation: dict[str, Any]) -> Iterator[Attempt]:
    address, fits = route.address(PARTS), FITS.get(bad.kind)
    if fits is None:
        return
    for parameter in operation.get("parameters", ()):
        if bad.kind in IN_QUERY and parameter["in"] == "query" and fits(parameter["name"], parameter["schema"]):
            answer = stage.api.client.generic(
                method.upper(),
                address,
                query_params={parameter["name"]: bad.value},
                headers={"Authorization": f"Bearer {stage.api.text}"},
            )
            yield f"{method} {route.template}?{parameter['name']}", answer
    for name, schema in _body_fields(operation).items():
        if bad.kind in IN_BODY and fits(name, schema):
            body = {**GOOD_BODIES[route.template, method], name: bad.value}
            yield f"{method} {route.template} {name}", stage.call_api(method, address, json.dumps(body))


def at_the_pages(stage: Stage, bad: Bad) -> Iterator[Attempt]:
    """Every way in which a page takes it: in its address, its query, its headers, its form."""
    if bad.kind in (Kind.TEXT, Kind.DATE):
        yield from _in_forms(stage, bad)
    for route in pages():
        parts = stage.parts[route.template]
        if bad.kind is Kind.PATH:
            for part in route.parts:
                yield f"{route.template} {part}", stage.admin.get(route.address({**parts, part: bad.value}))
        elif bad.kind in (Kind.QUERY, Kind.DATE, Kind.SEARCH):
            yield from _in_query(stage, bad, route, parts)
        elif bad.kind is Kind.HEADER and bad.statuses == {400}:
            yield route.template, stage.admin.get(route.address(parts), headers=bad.value)


def _in_query(stage: Stage, bad: Bad, route: Route, parts: Mapping[str, object]) -> Iterator[Attempt]:
    """Lists alone filter; one query names all that Unfold's and Django's lists ask for."""
    if not route.name.endswith(("_changelist", "autocomplete", "search")):
        return
    if bad.kind is Kind.QUERY:
        yield route.template, stage.admin.get(f"{route.address(parts)}?{bad.value}")
        return
    for name in ("q", "p", "o", "last_substantive_on__gte", "at__lte"):
        yield f"{route.template}?{name}", stage.admin.get(route.address(parts), {name: bad.value})


def _in_forms(stage: Stage, bad: Bad) -> Iterator[Attempt]:
    """In all fields that a form of the admin shows; what it hides, such as a version, is sent back as it came."""
    for form in stage.forms:
        if bad.kind is Kind.TEXT or any("date" in name or "_on" in name for name in form.shown):
            given = {**form.hidden, **dict.fromkeys(form.shown, bad.value)}
            body = urlencode(given, errors="surrogatepass")
            type_ = "application/x-www-form-urlencoded"
            yield f"POST {form.address}", stage.admin.post(form.address, body, type_)


def forms_of(admin: Client, address: str) -> Iterator[Form]:
    """The page's own form. One that asks for a yes alone takes no text: to send it would be the deed itself."""
    page = admin.get(address).content.decode(errors="replace")
    forms = re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL | re.IGNORECASE)
    fields = re.findall(r"<(?:input|textarea|select)[^>]*>", "".join(forms))
    hidden = [field for field in fields if re.search(r'type="(hidden|submit|checkbox)"', field)]
    if len(fields) > len(hidden):
        yield Form(
            address,
            {_attribute(field, "name"): _attribute(field, "value") for field in hidden},
            [_attribute(field, "name") for field in fields if field not in hidden],
        )


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf' {name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def uncovered(routes: Iterable[Route], described: Iterable[tuple[Route, str, dict[str, Any]]]) -> list[str]:
    """Routes that the catalogue would not reach: not described, or with a part or a body that nobody gave here."""
    found = list(described)
    known = {route.template for route, _, _ in found}
    undescribed = [f"{r.template} is not described" for r in routes if "/v1/" in r.template and r.template not in known]
    parts = [f"{r.template} needs {part}" for r in routes for part in r.parts if part not in {*PARTS, "object_id"}]
    bodies = [
        f"{method} {route.template} needs a good body"
        for route, method, operation in found
        if "requestBody" in operation and (route.template, method) not in GOOD_BODIES
    ]
    return undescribed + parts + bodies
