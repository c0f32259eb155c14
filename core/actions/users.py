"""Who may sign in at all. What they see then is a matter of memberships."""

from __future__ import annotations

import datetime as dt
import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core import ledger
from core.access import Access
from core.changes import created
from core.errors import Conflict, InvalidInput
from core.ledger import Entry
from core.models import User
from core.site import site_id
from core.text import clean
from core.validation import validated

LONGEST_PASSWORD = 1000
# What an anonymised person is called: nobody else may be.
_FORMER = re.compile(r"former-\d+", re.IGNORECASE)


@transaction.atomic
def create_user(
    *,
    username: str,
    password: str | None,
    by: Access,
    at: dt.datetime,
    display_name: str = "",
    email: str = "",
    time_zone: str = "UTC",
    is_superuser: bool = False,
    is_demo: bool = False,
) -> User:
    """A person or a service that may sign in, and sees nothing before the first membership. Without a password it
    cannot sign in. InvalidInput names a field that is malformed, a name that is taken, a password that is too weak."""
    by.require_operator()
    user = User(
        username=_checked_username(username),
        display_name=clean(display_name, field="display_name", limit=150, required=False),
        email=clean(email, field="email", limit=254, required=False),
        time_zone=time_zone,
        is_superuser=is_superuser,
        is_demo=is_demo,
    )
    if password is not None:
        check_password_strength(password, user)
    user.set_password(password)
    try:
        with transaction.atomic():
            validated(user).save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("There is a person of that name.", field="username", value=username) from error
    fields = ("username", "display_name", "email", "is_superuser")
    changes = created({name: getattr(user, name) for name in fields})
    ledger.record(site_id(), [Entry("user.created", "core.user", user.external_id, changes)], by=by, at=at)
    return user


def check_password_strength(password: str, user: User) -> None:
    """InvalidInput says what is wrong with it, and never quotes it. Those of a demo are printed anyway."""
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(f"is longer than {LONGEST_PASSWORD} characters", field="password")
    if any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in password):
        raise InvalidInput("holds NUL, or half of a surrogate pair", field="password")
    if user.is_demo:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error


def _checked_username(username: str) -> str:
    username = clean(username, field="username", limit=150)
    if _FORMER.fullmatch(username):
        raise InvalidInput("is kept for people who have left", field="username", value=username)
    return username
