"""The admin as its readers find it: a signed-in client, and the little of a page that tests look at."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from django.test import Client
from django.urls import reverse

from core.models import User

BACKEND = "core.backends.PasswordBackend"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def at(name: str, *args: object) -> str:
    """The address of a page: `at("issue_change", 7)`."""
    app = "core" if name.partition("_")[0] in ("user", "membership", "event", "servicetoken") else "tracker"
    return reverse(f"admin:{app}_{name}", args=args)


def text_of(response: Any) -> str:
    """What a reader reads: no markup, single blanks."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def fields_of(response: Any) -> dict[str, str]:
    """A form as the browser would send it back untouched."""
    form = response.context["form"]
    values = {bound.html_name: bound.value() for bound in form}
    return {name: "" if value is None else str(value) for name, value in values.items() if value is not False}


def sent(client: Client, address: str, changes: Mapping[str, str] | None = None) -> Any:
    """Opens the form, changes some of its fields, sends it."""
    return client.post(address, {**fields_of(client.get(address)), **(changes or {})})


def errors_of(response: Any) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}
