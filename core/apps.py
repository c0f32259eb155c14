from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "People and compartments"

    def ready(self) -> None:
        from core import checks, site, triggers  # noqa: F401  (checks register themselves)

        # A migration that rebuilds a table drops its triggers without a word; this puts them back.
        post_migrate.connect(triggers.reinstall, dispatch_uid="core.triggers")
        post_migrate.connect(site.open_site_ledger, sender=self, dispatch_uid="core.site")
