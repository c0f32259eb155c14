"""What can be wrong with a request, in the domain's own terms. Interfaces turn it into a form error, JSON or a line."""

from __future__ import annotations

from collections.abc import Sequence

# A refused value is quoted back, but never a megabyte of it.
QUOTED = 80


class ParleyError(Exception):
    """A deed that is refused, with the field, the value and the reason. `status` is the HTTP status of the answer."""

    status = 400
    code = "invalid"
    title = "The request cannot be carried out."

    def __init__(self, reason: str, *, field: str = "", value: object = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.value = None if value is None else str(value)[:QUOTED]

    def __str__(self) -> str:
        value = "" if self.value is None else f" (was {self.value!r})"
        return f"{self.field}: {self.reason}{value}" if self.field else f"{self.reason}{value}"


class InvalidInput(ParleyError):
    title = "The input is not valid."


class Forbidden(ParleyError):
    status, code = 403, "forbidden"
    title = "Your role does not allow this."


class NotFound(ParleyError):
    """Not there, or not yours: the two are one answer, down to the bytes."""

    status, code = 404, "not_found"
    title = "Not found."

    def __init__(self, reason: str = "There is no such record.", *, field: str = "", value: object = None) -> None:
        super().__init__(reason, field=field, value=value)


class Conflict(ParleyError):
    status, code = 409, "conflict"
    title = "The record has changed since it was read."


class PreconditionFailed(ParleyError):
    status, code = 412, "precondition_failed"
    title = "The record has changed since it was read."


class TooLarge(ParleyError):
    status, code = 413, "too_large"
    title = "The input is too large."


class PreconditionRequired(ParleyError):
    status, code = 428, "precondition_required"
    title = "The request must say which version it is based on."


class Problems(ParleyError):
    """Several things wrong at once, each with its field: all are reported, not only the first."""

    title = "The input is not valid."

    def __init__(self, problems: Sequence[ParleyError]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = list(problems)
