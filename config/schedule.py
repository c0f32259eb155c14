"""When the background jobs run. Data only: the settings import it, and so must not be imported by it.

A tick carries no work in itself: each task looks in the database for what is due, so a lost tick costs a minute and a
doubled one nothing. A tick that waited for longer than a minute is dropped, since the next one does the same.
"""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "flag-stale": {
        "task": "tracker.tasks.flag_stale",
        "schedule": crontab(),
        "options": {"expires": 60},
    },
}
