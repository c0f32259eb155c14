"""Reads across models."""

from __future__ import annotations

from core.access import Access
from core.errors import NotFound
from core.models import Compartment, Membership, ServiceToken, User


def get_compartment(slug: str, access: Access) -> Compartment:
    """The compartment of that slug, if it exists for this reader."""
    found = Compartment.objects.visible_to(access).filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such relationship.", field="relationship", value=slug)
    return found


def get_user(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound("There is no such person.", field="user", value=username)
    return found


def get_membership(compartment: Compartment, user: User) -> Membership:
    """The person's current membership."""
    found = Membership.objects.current().filter(compartment=compartment, user=user).select_related("user").first()
    if found is None:
        raise NotFound(f"This person is no member of {compartment.slug}.", field="user", value=user.username)
    return found


def get_token(owner: User, name: str) -> ServiceToken:
    """The owner's token of that name that is not revoked."""
    found: ServiceToken | None = (
        ServiceToken.objects.filter(user=owner, name=name, revoked_at=None).select_related("user").first()
    )
    if found is None:
        raise NotFound("There is no such token.", field="name", value=name)
    return found
