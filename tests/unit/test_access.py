"""Roles, rights and what a token leaves of them, without a database."""

from __future__ import annotations

import pytest

from core.access import RIGHTS, SCOPES, Access, Grant, Right, Role
from core.errors import Forbidden

HERE, ELSEWHERE = 1, 2

# The matrix of roles as people are told of it.
MATRIX = {
    Role.VIEWER: {Right.READ},
    Role.AUDITOR: {Right.READ, Right.READ_LEDGER},
    Role.EDITOR: {Right.READ, Right.READ_LEDGER, Right.WRITE, Right.EXPORT},
    Role.LEAD: set(Right),
}


def member(role: str, *, cleared: bool = False) -> Access:
    return Access(user=None, grants={HERE: Grant(role, cleared, RIGHTS[role])})


@pytest.mark.parametrize("role", Role)
def test_each_role_has_the_rights_of_the_matrix_and_no_others(role: Role) -> None:
    assert RIGHTS[role] == MATRIX[role]
    access = member(role)
    assert {right for right in Right if access.may(right, HERE)} == MATRIX[role]


@pytest.mark.parametrize("right", Right)
def test_no_role_here_gives_a_right_elsewhere(right: Right) -> None:
    assert not member(Role.LEAD).may(right, ELSEWHERE)


@pytest.mark.parametrize("right", Right)
def test_nobody_has_no_right_anywhere(right: Right) -> None:
    access = Access.nobody()
    assert not access.may(right, HERE)
    assert not access.may_anywhere(right)
    assert access.compartments == access.cleared == frozenset()
    assert not access.is_operator


@pytest.mark.parametrize("right", Right)
def test_the_system_may_do_everything_everywhere(right: Right) -> None:
    assert Access.system().may(right, ELSEWHERE)
    assert Access.system().may_anywhere(right)
    Access.system().require_operator()


def test_a_right_that_is_wanting_is_named_with_the_role() -> None:
    with pytest.raises(Forbidden, match="A viewer may not write here"):
        member(Role.VIEWER).require(Right.WRITE, HERE)
    with pytest.raises(Forbidden, match="who is no member"):
        member(Role.LEAD).require(Right.READ, ELSEWHERE)
    member(Role.LEAD).require(Right.WRITE, HERE)


def test_a_right_somewhere_is_found_with_its_place() -> None:
    access = member(Role.EDITOR)
    assert access.may_anywhere(Right.EXPORT)
    assert not access.may_anywhere(Right.IMPORT)
    assert access.where(Right.EXPORT) == {HERE}


@pytest.mark.parametrize("role", Role)
def test_clearance_is_a_matter_of_the_membership_and_not_of_the_role(role: Role) -> None:
    assert member(role).cleared == frozenset()
    assert member(role, cleared=True).cleared == {HERE}


def test_clearance_without_the_right_to_read_shows_nothing() -> None:
    blind = Access(user=None, grants={HERE: Grant(Role.LEAD, cleared=True, rights=frozenset({Right.WRITE}))})
    assert blind.cleared == frozenset()
    assert blind.compartments == frozenset()


@pytest.mark.parametrize("role", Role)
def test_no_membership_makes_an_operator(role: Role) -> None:
    with pytest.raises(Forbidden, match="Only an operator"):
        member(role, cleared=True).require_operator()


def test_no_scope_of_a_token_opens_what_only_people_do() -> None:
    by_token = frozenset[Right]().union(*SCOPES.values())
    assert by_token == {Right.READ, Right.READ_LEDGER, Right.WRITE, Right.WITHDRAW}


def test_the_tables_of_rights_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        RIGHTS[Role.VIEWER] = frozenset(Right)  # type: ignore[index]
