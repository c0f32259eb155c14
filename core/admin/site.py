from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver, path
from django.utils import timezone
from django.utils.module_loading import import_string
from unfold.sites import UnfoldAdminSite

from core.contention import conflict_of
from core.errors import ParleyError
from core.views import error_page

View = Callable[..., HttpResponse]

# The theme evaluates attributes of the page as scripts (Alpine). Nowhere else may a page do so.
THEME_NEEDS = {
    "script-src": ["'self'", "'unsafe-eval'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
# Django's helpers that look rows up past `visible_to`, and the theme's search, which keeps its answers for minutes.
CLOSED = frozenset({"view_on_site", "autocomplete", "search"})


class ParleyAdminSite(UnfoldAdminSite):
    """Open to every member; what is found inside is what their memberships grant."""

    site_title = "Parley"
    site_header = "Parley"
    index_title = "What needs you"

    def has_permission(self, request: HttpRequest) -> bool:
        """As `User.is_staff`, from the access that the request has read anyway."""
        from core.admin.requests import access_of, is_operator

        return is_operator(request) or bool(access_of(request).grants)

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin[Any]] | None = None, **options: Any
    ) -> None:
        """Only pages of our own: those that packages bring know no compartments, and offer to delete."""
        from core.admin.base import ParleyModelAdmin

        if admin_class is not None and issubclass(admin_class, ParleyModelAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Pages that rooms add, which no list of a model leads to, come before Django's, whose last one takes all."""
        urls = [url for url in super().get_urls() if getattr(url, "name", None) not in CLOSED]
        added = settings.ADMIN_PAGES.items()
        return [*(path(f"{name}/", self.admin_view(import_string(view)), name=name) for name, view in added), *urls]

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        """Rooms are a matter of the code; readers have the navigation."""
        return redirect("admin:index")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        ours = csp_update(THEME_NEEDS)(_in_the_readers_zone(_refusals_as_pages(view)))
        wrapped: View = super().admin_view(ours, cacheable)
        return wrapped

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """In a demo, with the names of those who may be tried."""
        view = partial(super().login, extra_context={"demo_users": _demo_users(), **(extra_context or {})})
        response: HttpResponse = view(request)
        response._csp_update = THEME_NEEDS  # type: ignore[attr-defined]
        return response


def _demo_users() -> list[str]:
    from core.models import User

    if not settings.PARLEY_CLOCK:
        return []
    return list(User.objects.filter(is_demo=True, is_active=True).values_list("username", flat=True))


def _refusals_as_pages(view: View) -> View:
    """A refusal that no form could show is a page with its status: 400, 403, 404 ..."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ParleyError as error:
            return error_page(request, error)
        except OperationalError as error:
            conflict = conflict_of(error)
            if conflict is None:
                raise
            return error_page(request, conflict)

    return wrapper


def _in_the_readers_zone(view: View) -> View:
    """The view and its template, which Django renders only later, both see the reader's time."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with timezone.override(_zone(getattr(request.user, "time_zone", "UTC"))):
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    return wrapper


def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):  # the machine's list of zones may be older than the name
        return dt.UTC
