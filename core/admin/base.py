"""What every page of the admin has in common: what is not visible is not there, and nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.admin.options import ShowFacets
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from core.access import Right
from core.admin.changelist import LookAheadPaginator, ParleyChangeList, check_query
from core.admin.history import Line, lines_of
from core.admin.requests import access_of, is_operator
from core.errors import Forbidden, NotFound

M = TypeVar("M", bound=Model)
LARGEST_KEY = 2**63 - 1


class ParleyModelAdmin(ModelAdmin):
    """A list and pages about one model. A subclass says which right reads and which one writes, and where a row's
    compartment is; rows come through `visible_to`, and each writing page calls one action.

    `named_by` is the column that the ledger calls a row by, where there is one.

    `orders` names the columns by which the list may be ordered, each with fields that an index covers; what is not
    named there is not offered.
    """

    actions = None
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = LookAheadPaginator
    list_per_page = 50

    read_right: Right | None = Right.READ
    write_right: Right | None = None
    operators_too = False
    compartment_attribute = "compartment_id"
    key_converter = "int"
    orders: Mapping[str, Sequence[str]] = {"pk": ("-pk",)}
    default_order = "pk"
    empty_text = ""
    list_title = ""
    named_by = ""
    changes_on_page = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        if self.operators_too and is_operator(request):
            return rows
        visible: QuerySet[Any] = rows.visible_to(access_of(request))  # type: ignore[attr-defined]
        return visible

    def enriched(self, request: HttpRequest, rows: list[Any]) -> list[Any]:
        """The rows of one page of the list, with what they show beside their own columns."""
        return rows

    def found(self, request: HttpRequest, object_id: int | str, rows: QuerySet[Any] | None = None) -> Any:
        """The row, if it exists for this reader; NotFound says the same for a foreign and a missing one."""
        if isinstance(object_id, int) and object_id > LARGEST_KEY:
            raise NotFound
        rows = self.get_queryset(request) if rows is None else rows
        row = rows.filter(pk=object_id).first()
        if row is None:
            raise NotFound
        return row

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.read_right, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.write_right, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.write_right)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def require(self, allowed: bool) -> None:
        if not allowed:
            raise Forbidden("Your role does not allow this here.", field="role")

    def _may(self, request: HttpRequest, right: Right | None, obj: Any = None) -> bool:
        if self.operators_too and is_operator(request):
            return True
        if right is None:
            return False
        access = access_of(request)
        return access.may_anywhere(right) if obj is None else access.may(right, self.compartment_of(obj))

    def compartment_of(self, obj: Any) -> int:
        return int(getattr(obj, self.compartment_attribute))

    def get_urls(self) -> list[URLPattern]:
        """The list, a page for a new row, and for each row its page and its history; none to delete one."""
        key, change = f"<{self.key_converter}:object_id>", require_safe(self.change_view)
        return [
            self.url("", require_safe(self.changelist_view), "changelist"),
            self.url("add/", self.add_view, "add"),
            *self.own_urls(key),
            self.url(f"{key}/history/", require_safe(self.history_view), "history"),
            self.url(f"{key}/change/", self.change_view if self.changes_on_page else change, "change"),
        ]

    def own_urls(self, key: str) -> list[URLPattern]:
        return []

    def url(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        wrapped = self.admin_site.admin_view(view)
        wrapped.model_admin = self
        address: URLPattern = path(route, wrapped, name=self.url_name(name))
        return address

    def url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def to(self, name: str, *args: object) -> str:
        """The address of one of this model's pages."""
        return reverse(f"admin:{self.url_name(name)}", args=args)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ParleyChangeList

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        check_query(request, known=self.get_list_filter(request))
        found: ChangeList = super().get_changelist_instance(request)
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self.require(self.has_view_permission(request))
        add_url = self.to("add") if self.has_add_permission(request) else ""
        context = {"add_url": add_url, "empty_text": self.empty_text, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Rows that no form makes: they come from other deeds, or from a command."""
        raise NotFound

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        obj = self.found(request, object_id)
        response: HttpResponse = self.page(request, "parley/record.html", obj=obj, facts=self.facts(request, obj))
        return response

    def facts(self, request: HttpRequest, obj: Any) -> list[tuple[str, object]]:
        """What the page of a row shows: labels and values."""
        return []

    def history_view(self, request: HttpRequest, object_id: Any, extra_context: Any = None) -> HttpResponse:
        obj = self.found(request, object_id)
        response: HttpResponse = self.page(
            request, "parley/history.html", obj=obj, title=f"History of {obj}", events=self.events_of(request, obj)
        )
        return response

    def short_name(self, obj: Any) -> str:
        return str(obj)

    def events_of(self, request: HttpRequest, obj: Any) -> list[Line] | None:
        """The ledger's lines about the row, newest first; None for those who may not read the ledger there."""
        if not self.may_read_ledger(request, obj):
            return None
        return lines_of(self.opts.label_lower, self.external_id(obj), self.compartment_of(obj), access_of(request))

    def may_read_ledger(self, request: HttpRequest, obj: Any) -> bool:
        return access_of(request).may(Right.READ_LEDGER, self.compartment_of(obj))

    def external_id(self, obj: Any) -> str:
        """How the ledger names the row."""
        return str(obj.pk)

    def page(self, request: HttpRequest, template: str, *, obj: Any = None, status: int = 200, **context: Any) -> Any:
        title = context.pop("title", None) or (str(obj) if obj is not None else self.opts.verbose_name_plural)
        values = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "original": obj,
            "list_url": self.to("changelist"),
            "page_url": self.to("change", obj.pk) if obj is not None else "",
            **context,
        }
        return TemplateResponse(request, template, values, status=status)

    def form_page(
        self, request: HttpRequest, form: Form, *, template: str = "parley/form.html", obj: Any = None, **context: Any
    ) -> HttpResponse:
        """A form, or what was wrong with it: then 400, since nothing was done."""
        status = 400 if form.errors else 200
        crumb = {"crumb": self.short_name(obj), "crumb_url": self.to("change", obj.pk)} if obj is not None else {}
        response: HttpResponse = self.page(request, template, obj=obj, status=status, form=form, **crumb, **context)
        return response

    def log_addition(self, *args: Any, **kwargs: Any) -> None:
        """The ledger is the only log."""

    log_change = log_deletions = log_addition
