"""Who is offered which page in the navigation. The pages themselves ask again."""

from __future__ import annotations

from django.http import HttpRequest

from core.access import Right
from core.admin.requests import access_of, is_operator


def belongs(request: HttpRequest) -> bool:
    return is_operator(request) or bool(access_of(request).grants)


def reads_a_record(request: HttpRequest) -> bool:
    return access_of(request).may_anywhere(Right.READ)


def reads_a_ledger(request: HttpRequest) -> bool:
    return is_operator(request) or access_of(request).may_anywhere(Right.READ_LEDGER)


def keeps_members(request: HttpRequest) -> bool:
    return is_operator(request) or access_of(request).may_anywhere(Right.READ)


def operates(request: HttpRequest) -> bool:
    return is_operator(request)
