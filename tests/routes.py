"""All addresses of the site, found where Django finds them, so that a new one is not forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

# <int:object_id>, <key> or (?P<app_label>a|b)
_PART = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True)
class Route:
    """`template` has its parts in braces, as OpenAPI writes them."""

    template: str
    name: str

    @property
    def parts(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.template)

    def address(self, values: Mapping[str, object]) -> str:
        return self.template.format_map({part: values[part] for part in self.parts})


def all_routes() -> list[Route]:
    return list(_walk(get_resolver().url_patterns, ""))


def routes_under(prefix: str) -> list[Route]:
    return [route for route in all_routes() if route.template.startswith(prefix)]


def _walk(patterns: Sequence[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        here = before + re.sub(r"\\Z|[$^]", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            template = _PART.sub(lambda match: "{" + (match[1] or match[2]) + "}", here)
            yield Route(f"/{template}", pattern.name or "")
