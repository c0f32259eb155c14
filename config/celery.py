"""The Celery application: it only wakes tasks, whose truth is in the database.

`config/__init__.py` imports it, so that `@shared_task` binds to it in every process.
"""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, worker_ready

from config.schedule import BEAT_SCHEDULE
from core.serving.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

# The process that read this module: after a fork, the parent.
_READER = os.getpid()

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_embedded_init.connect
def end_beat_with_its_worker(**_: Any) -> None:
    """`worker -B` runs beat in a child process, which would tick on after its worker was killed."""
    die_with_parent(signal.SIGKILL, _READER)


@worker_ready.connect
def catch_up(**_: Any) -> None:
    """What fell due while no worker ran is done now, not at the next tick. A second worker finds the slot taken."""
    for tick in BEAT_SCHEDULE.values():
        app.send_task(tick["task"], **tick["options"])
