from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "People and compartments"

    def ready(self) -> None:
        from core import checks, site, triggers  # noqa: F401  (checks register themselves)

        # Once a run, since each room sends these; by then every table of every room is as it will stay.
        pre_migrate.connect(triggers.make_way, sender=self, dispatch_uid="core.triggers")
        post_migrate.connect(triggers.reinstall, sender=self, dispatch_uid="core.triggers")
        post_migrate.connect(site.open_site_ledger, sender=self, dispatch_uid="core.site")
