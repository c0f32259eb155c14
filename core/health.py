"""What a supervisor asks: is the process alive, is the site ready?

Anybody may ask, so the answers hold no name, no address and no text of an error: those are in the log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import lru_cache

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from core import clock, triggers
from core.models import JobRun

BROKER_SECONDS = 1
logger = logging.getLogger("parley.health")


class NotReady(Exception):
    """What is wanting, for the log."""


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Touches no database: a supervisor must not restart the site because that is away."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 if the site can do its work, else 503 and which part is wanting. The broker and the age of the last runs are
    told and do not decide: without them the record can be read and written, and the next sweep catches up."""
    database = _well(_database_answers)
    checks = {
        "database": database,
        "migrations": database and _well(lambda: _is_migrated(int(time.monotonic() // 60))),
        "triggers": database and _well(_history_is_guarded),
    }
    ready = all(checks.values())
    told = {"broker": _broker(), "seconds_since_last_run": _ages() if ready else {}}
    return JsonResponse({"ready": ready, "checks": checks, **told}, status=200 if ready else 503)


def _well(check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception as error:  # noqa: BLE001 - whatever it is, the part is not well
        logger.warning("not ready: %s: %s", type(error).__name__, error)
        return False
    return True


def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@lru_cache(maxsize=1)
def _is_migrated(minute: int) -> None:
    """Reading the migrations from disk takes a while, so good news is kept for the minute (an exception is not)."""
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady(f"{len(plan)} migrations are to be applied")


def _history_is_guarded() -> None:
    if missing := triggers.missing():
        raise NotReady(f"triggers are missing: {', '.join(missing)}")


def _broker() -> str:
    url = settings.CELERY_BROKER_URL
    if not url.startswith(("redis://", "rediss://")):
        return "files"
    return "answers" if _well(lambda: _ping(url)) else "does not answer"


def _ping(url: str) -> None:
    limits = {"socket_connect_timeout": BROKER_SECONDS, "socket_timeout": BROKER_SECONDS}
    with redis.Redis.from_url(url, **limits) as client:
        client.ping()


def _ages() -> dict[str, int]:
    """Of each job, the seconds since a run of it last came to its end."""
    now = clock.now()
    last = JobRun.objects.written().order_by("job").values_list("job").annotate(at=Max("finished_at"))
    return {job: max(0, int((now - at).total_seconds())) for job, at in last}
