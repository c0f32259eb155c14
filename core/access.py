"""Who may do what, and where. Fail-closed: what is not granted here is not there.

`Access` is what one person may see and do through one door: their memberships, cut down by a token's scopes where they
came with a token. It is read afresh for each request, so that a revocation holds from the next request on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from core.errors import Forbidden

if TYPE_CHECKING:
    from core.models import Membership, ServiceToken, User


class Role(TextChoices):
    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    LEAD = "lead", "Lead"
    AUDITOR = "auditor", "Auditor"


class Right(StrEnum):
    READ = "read"
    READ_LEDGER = "read the ledger"
    WRITE = "write"
    WITHDRAW = "withdraw"
    EXPORT = "export"
    IMPORT = "import"
    MANAGE_MEMBERS = "manage members"


_READ = frozenset({Right.READ})
_EDIT = _READ | {Right.WRITE, Right.EXPORT, Right.READ_LEDGER}
RIGHTS: Mapping[str, frozenset[Right]] = MappingProxyType(
    {
        Role.VIEWER: _READ,
        Role.AUDITOR: _READ | {Right.READ_LEDGER},
        Role.EDITOR: _EDIT,
        Role.LEAD: _EDIT | {Right.WITHDRAW, Right.IMPORT, Right.MANAGE_MEMBERS},
    }
)

# A token reads; the rest of its owner's rights it has only where its scopes say so.
SCOPES: Mapping[str, frozenset[Right]] = MappingProxyType(
    {"read": frozenset({Right.READ, Right.READ_LEDGER}), "write": frozenset({Right.WRITE, Right.WITHDRAW})}
)
RESTRICTED_SCOPE = "restricted"


@dataclass(frozen=True)
class Grant:
    role: str
    cleared: bool
    rights: frozenset[Right]


@dataclass(frozen=True)
class Access:
    """`user` is None for the system itself (a job, an operator's command), which may do everything everywhere.

    `is_operator` opens no record: it is the right to keep people, compartments and tokens. A token never has it, nor
    does it make further tokens, whoever owns it (`by_token`).
    """

    user: User | None
    grants: Mapping[int, Grant]
    is_system: bool = False
    is_operator: bool = False
    by_token: bool = False

    @classmethod
    def system(cls) -> Access:
        return cls(user=None, grants=MappingProxyType({}), is_system=True, is_operator=True)

    @classmethod
    def nobody(cls) -> Access:
        return cls(user=None, grants=MappingProxyType({}))

    @classmethod
    def of(cls, user: User) -> Access:
        """What the person may do when signed in. One query."""
        if user.is_shut_out:
            return cls.nobody()
        rows = user.memberships.current()
        grants = {row.compartment_id: _grant(row) for row in rows}
        return cls(user=user, grants=grants, is_operator=user.is_superuser)

    @classmethod
    def of_token(cls, token: ServiceToken) -> Access:
        """The owner's rights, cut down to the token's scopes and compartments; none once it is revoked."""
        if token.revoked_at is not None:
            return cls.nobody()
        owner = cls.of(token.user)
        rights = frozenset[Right]().union(*(SCOPES.get(scope, frozenset()) for scope in token.scopes))
        named = token.compartment_ids()
        grants = {
            pk: Grant(grant.role, grant.cleared and RESTRICTED_SCOPE in token.scopes, grant.rights & rights)
            for pk, grant in owner.grants.items()
            if not named or pk in named
        }
        return cls(user=owner.user, grants=grants, by_token=True)

    def may(self, right: Right, compartment_id: int) -> bool:
        if self.is_system:
            return True
        grant = self.grants.get(compartment_id)
        return grant is not None and right in grant.rights

    def require(self, right: Right, compartment_id: int) -> None:
        """Forbidden unless the right is held there."""
        if not self.may(right, compartment_id):
            grant = self.grants.get(compartment_id)
            role = Role(grant.role).label.lower() if grant else "person who is no member"
            article = "An" if role[0] in "aeiou" else "A"
            raise Forbidden(f"{article} {role} may not {right} here.", field="role")

    def require_operator(self) -> None:
        """Forbidden to anybody but an operator who has signed in, and the system."""
        if not self.is_operator:
            raise Forbidden("Only an operator may do this.", field="role")

    def may_anywhere(self, right: Right) -> bool:
        return self.is_system or any(right in grant.rights for grant in self.grants.values())

    def where(self, right: Right) -> frozenset[int]:
        return frozenset(pk for pk, grant in self.grants.items() if right in grant.rights)

    @property
    def compartments(self) -> frozenset[int]:
        return self.where(Right.READ)

    @property
    def cleared(self) -> frozenset[int]:
        return frozenset(pk for pk, grant in self.grants.items() if grant.cleared and Right.READ in grant.rights)


def _grant(membership: Membership) -> Grant:
    return Grant(membership.role, membership.cleared, RIGHTS[membership.role])
