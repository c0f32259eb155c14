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
from tests.record_attempts import GOOD_BODIES, OTHER_PARTS, RECORD_PARTS, set_the_records
from tests.routes import Route, all_routes
from tests.world import NOW, World
from tracker.models import Flag

# A value for each part of an address, and a good body for each operation that takes one. A new route that needs
# another is found by `uncovered`: add it here.
PARTS: dict[str, object] = {"key": "USCN-1", "row_id": "USCN-1-H1", "seq": 1, "to": "discussing"}
PARTS |= {"app_label": "tracker", "url": "nothing", "content_type_id": 1, "name_id": 1}
PARTS |= RECORD_PARTS
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
        self.known = {**PARTS, "same_matter": set_the_records(world, issue)}
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

    def parts_for(self, route: Route, method: str) -> Mapping[str, object]:
        return {**self.known, **OTHER_PARTS.get((route.template, method), {})}

    def call_api(self, method: str, address: str, body: Any = b"", **headers: str) -> Any:
        return self.api.call(method.upper(), address, body, **{"If-Match": '"v2"', **headers})

    def call_well(self, route: Route, method: str, *, query: str = "", **headers: str) -> Any:
        """With a good body, where it takes one."""
        body = GOOD_BODIES.get((route.template, method))
        address = route.address(self.parts_for(route, method)) + query
        return self.call_api(method, address, json.dumps(body) if body else b"", **headers)


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
    # A publisher is no record: one that nobody names has published nothing.
    Kind.NAME: lambda name, schema: _is_text(schema) and name not in ("q", "cursor", "publisher"),
    Kind.TEXT: lambda name, schema: _is_text(schema),
    # 1 is a number of the wrong type for all but a number.
    Kind.TYPE: lambda name, schema: schema.get("type") != "integer",
}
IN_QUERY = (Kind.DATE, Kind.NUMBER, Kind.WORD, Kind.SEARCH, Kind.CURSOR, Kind.NAME)
IN_BODY = (Kind.DATE, Kind.WORD, Kind.TEXT, Kind.TYPE)


def _is_text(schema: Mapping[str, Any]) -> bool:
    return "string" in schema.get("type", ()) and not {"enum", "format", "anyOf"} & set(schema)


def _body_fields(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields of a body, and with a dot those of the objects in it."""
    if "requestBody" not in operation:
        return
    for name, schema in _properties(operation["requestBody"]["content"][JSON]["schema"]):
        yield name, _resolved(schema)
        for inner, inner_schema in _properties(schema):
            yield f"{name}.{inner}", _resolved(inner_schema)


def _properties(schema: Mapping[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    reference = re.search(r"#/components/schemas/(\w+)", str(schema))
    found = api_description()["components"]["schemas"][reference[1]] if reference else {}
    return list(found.get("properties", {}).items())


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    return {"enum": [], **schema} if "$ref" in str(schema) else schema


def _with(body: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    name, _, inner = path.partition(".")
    return {**body, name: _with(body.get(name, {}), inner, value) if inner else value}


def at_the_api(stage: Stage, bad: Bad) -> Iterator[Attempt]:
    """Every way in which an operation of the API takes that input."""
    for route, method, operation in operations():
        parts = stage.parts_for(route, method)
        address = route.address(parts)
        label = f"{method} {route.template}"
        if bad.kind is Kind.PATH:
            for part in route.parts:
                yield f"{label} {part}", stage.call_api(method, route.address({**parts, part: bad.value}))
        elif bad.kind is Kind.QUERY:
            yield label, stage.call_well(route, method, query=f"?{bad.value}")
        elif bad.kind is Kind.HEADER:
            yield label, stage.call_well(route, method, **bad.value)
        elif bad.kind in (Kind.BODY, Kind.EXTRA) and (route.template, method) in GOOD_BODIES:
            good = GOOD_BODIES[route.template, method]
            body = bad.value if bad.kind is Kind.BODY else json.dumps({**good, **bad.value})
            yield label, stage.call_api(method, address, body)
        yield from _in_fields(stage, bad, route, method, operation)


def _in_fields(stage: Stage, bad: Bad, route: Route, method: str, operation: dict[str, Any]) -> Iterator[Attempt]:
    address, fits = route.address(stage.parts_for(route, method)), FITS.get(bad.kind)
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
    for name, schema in _body_fields(operation):
        if bad.kind in IN_BODY and fits(name, schema):
            body = _with(GOOD_BODIES[route.template, method], name, bad.value)
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
        # Django reads the bytes of half a pair as U+FFFD, and a text that is held is held with all its characters.
        if form.address.endswith("/text/") and bad.name == "lone surrogate":
            continue
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
