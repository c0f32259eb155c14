from __future__ import annotations

from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite


class ParleyAdminSite(UnfoldAdminSite):
    """Open to every member; what is found inside is what their memberships grant."""

    site_title = "Parley"
    site_header = "Parley"
    index_title = "The record"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_staff)
