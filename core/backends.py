from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from core.models import User


class PasswordBackend(BaseBackend):
    """Name and password, and nothing else: rights come from memberships, so there are no permissions to look up."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            # As much work as for a real account, so that the time taken does not tell which names exist.
            make_password(password)
            return None
        return user if check_password(password, user.password) and not user.is_shut_out else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.filter(pk=user_id).first()
        return None if user is None or user.is_shut_out else user
