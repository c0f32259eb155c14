from importlib import import_module

from django.contrib.admin.apps import AdminConfig

# This configuration is read before there are models, so the package itself cannot import the pages about them.
PAGES = ("users", "members", "ledger", "tokens")


class ParleyAdminConfig(AdminConfig):
    default_site = "core.admin.site.ParleyAdminSite"

    def ready(self) -> None:
        super().ready()
        for name in PAGES:
            import_module(f"core.admin.{name}")
