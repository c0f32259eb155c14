"""No lost update: a change says which version it is based on."""

from __future__ import annotations

import re

from rest_framework.request import Request

from core.errors import InvalidInput, PreconditionFailed, PreconditionRequired


def etag(version: int) -> str:
    return f'"v{version}"'


def require_match(request: Request, version: int) -> None:
    """Passes if the request's If-Match is the ETag of that version.

    PreconditionRequired without one, PreconditionFailed with that of another version, InvalidInput for `*`, a list or
    a weak tag: they would let a writer change what they have not read.
    """
    header = request.headers.get("If-Match")
    if header is None:
        reason = "is required: send the ETag that the record was read with"
        raise PreconditionRequired(reason, field="If-Match")
    if not re.fullmatch(r'"[!#-~]*"', header.strip()):
        raise InvalidInput('must be one ETag, as it was sent: "v3"', field="If-Match", value=ascii(header)[1:-1])
    if header.strip() != etag(version):
        raise PreconditionFailed(
            f"is not the record's ETag, which is now {etag(version)}", field="If-Match", value=header
        )
