"""Programs come with `Authorization: Bearer TOKEN`, and with nothing else: no cookie, no query string."""

from __future__ import annotations

from hmac import compare_digest

from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from knox.settings import CONSTANTS
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core import clock
from core.access import Access
from core.models import ServiceToken, User

# One sentence for a token that is unknown, cut off, expired or revoked, and for an owner who has left.
REFUSED = "is no valid token"


class BearerAuthentication(TokenAuthentication):
    """Knox's, but nothing is deleted or renewed on the way: an expired token stays on record, and is refused."""

    def authenticate(self, request: Request) -> tuple[User, ServiceToken] | None:
        found: tuple[User, ServiceToken] | None = super().authenticate(request)
        if found is not None:
            request._request.access = Access.of_token(found[1])  # type: ignore[attr-defined]
        return found

    def authenticate_credentials(self, token: bytes) -> tuple[User, ServiceToken]:
        text = _ascii(token)
        digest = hash_token(text)
        candidates = ServiceToken.objects.filter(
            token_key=text[: CONSTANTS.TOKEN_KEY_LENGTH], revoked_at=None, user__is_active=True
        )
        for row in candidates.select_related("user"):
            if compare_digest(digest, row.digest) and not _expired(row) and not row.user.is_shut_out:
                return row.user, row
        raise AuthenticationFailed(REFUSED)


def _ascii(token: bytes) -> str:
    if not token.isascii() or b"\x00" in token:
        raise AuthenticationFailed(REFUSED)
    return token.decode("ascii")


def _expired(token: ServiceToken) -> bool:
    return token.expiry is not None and token.expiry <= clock.real_now()
