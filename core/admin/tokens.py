from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from unfold.decorators import display

from core import clock
from core.actions.tokens import revoke_token
from core.admin.base import ParleyModelAdmin
from core.admin.forms import ParleyForm, carried_out
from core.admin.permissions import belongs
from core.admin.requests import access_of
from core.admin.show import moment, words
from core.models import ServiceToken
from core.site import site_id


@admin.register(ServiceToken)
class TokenAdmin(ParleyModelAdmin):
    """A person's own tokens. They are made by a command, which shows the text once; here they are seen and revoked."""

    list_display = ("name_column", "scopes_column", "created_column", "expiry_column", "revoked_column")
    key_converter = "slug"
    orders = {"pk": ("pk",)}
    list_title = "My tokens"
    empty_text = "You have no tokens. An operator makes one with: manage.py create_token USER --name NAME"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceToken]:
        return ServiceToken.objects.filter(user=request.user.pk).order_by("name")  # type: ignore[no-any-return]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return belongs(request)

    def compartment_of(self, obj: ServiceToken) -> int:
        return site_id()

    def external_id(self, obj: ServiceToken) -> str:
        return obj.external_id

    @display(description="Name")
    def name_column(self, token: ServiceToken) -> str:
        return token.name

    @display(description="Scopes")
    def scopes_column(self, token: ServiceToken) -> str:
        return ", ".join(token.scopes)

    @display(description="Made")
    def created_column(self, token: ServiceToken) -> str:
        return moment(token.created)

    @display(description="Ends")
    def expiry_column(self, token: ServiceToken) -> str:
        return moment(token.expiry)

    @display(description="Revoked")
    def revoked_column(self, token: ServiceToken) -> str:
        return moment(token.revoked_at)

    def own_urls(self, key: str) -> list[URLPattern]:
        return [self.url(f"{key}/revoke/", self.revoke_view, "revoke")]

    def change_view(
        self, request: HttpRequest, object_id: Any, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        token: ServiceToken = self.found(request, object_id)
        actions = [] if token.revoked_at else [{"url": self.to("revoke", token.pk), "label": "Revoke"}]
        response: HttpResponse = self.page(
            request, "parley/record.html", obj=token, facts=self.facts(request, token), actions=actions
        )
        return response

    def facts(self, request: HttpRequest, obj: ServiceToken) -> list[tuple[str, object]]:
        return [
            ("Name", obj.name),
            ("Scopes", self.scopes_column(obj)),
            ("Relationships", words(", ".join(row.name for row in obj.compartments.all())) if obj.pk else ""),
            ("Made", moment(obj.created)),
            ("Ends", moment(obj.expiry)),
            ("Revoked", moment(obj.revoked_at)),
        ]

    def revoke_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        token: ServiceToken = self.found(request, object_id)
        form = ParleyForm(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            done = carried_out(form, lambda _: revoke_token(token=token, by=access_of(request), at=clock.now()))
            if done is not None:
                messages.success(request, f"{token.name} is revoked.")
                return redirect(self.to("changelist"))
        intro = "Programs that use it are refused from their next request on. A revoked token cannot be brought back."
        return self.form_page(
            request, form, obj=token, title=f"Revoke {token.name}", intro=intro, submit="Revoke it",
            cancel=self.to("change", token.pk),
        )  # fmt: skip
