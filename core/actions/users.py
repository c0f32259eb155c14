from __future__ import annotations

import datetime as dt

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from core import ledger
from core.access import Access
from core.changes import created
from core.errors import Forbidden, InvalidInput
from core.ledger import Entry
from core.models import User
from core.site import site_id
from core.text import clean
from core.validation import validated


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
    require_operator(by)
    user = User(
        username=clean(username, field="username", limit=150),
        display_name=clean(display_name, field="display_name", limit=150, required=False),
        email=email,
        time_zone=time_zone,
        is_superuser=is_superuser,
        is_demo=is_demo,
    )
    if password is not None and not is_demo:
        check_password_strength(password, user)
    user.set_password(password)
    validated(user).save()
    values = {"username": username, "display_name": display_name, "email": email, "is_superuser": is_superuser}
    ledger.record(site_id(), [Entry("user.created", "core.user", username, created(values))], by=by, at=at)
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: Access, at: dt.datetime, anonymise: bool = False) -> User:
    """Ends a person's access, at once and everywhere. Their deeds stay on record; `anonymise` empties their name and
    address, for those who have left and ask for it."""
    require_operator(by)
    former = user.username
    user.is_active = False
    if anonymise:
        user.username, user.display_name, user.email = f"former-{user.pk}", "", ""
        user.set_unusable_password()
    user.save()
    user.memberships.current().update(ended_at=at)
    kind = "user.anonymised" if anonymise else "user.deactivated"
    ledger.record(site_id(), [Entry(kind, "core.user", f"former-{user.pk}" if anonymise else former)], by=by, at=at)
    return user


def require_operator(by: Access) -> None:
    """Forbidden to anybody but an operator."""
    if not (by.is_system or (by.user and by.user.is_superuser)):
        raise Forbidden("Only an operator may do this.", field="role")


def check_password_strength(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages), field="password") from error
