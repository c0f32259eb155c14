"""Database and broker settings from one address each; SQLite and a broker of files where none is given."""

from pathlib import Path
from typing import Any

import environ

SQLITE_OPTIONS = {
    # Without IMMEDIATE two writers that both began by reading deadlock, and one loses its update.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # recursive_triggers: INSERT OR REPLACE deletes the old row, and only then does the DELETE trigger see it.
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
    ),
}


def sqlite(path: Path) -> dict[str, Any]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(SQLITE_OPTIONS)}


def from_url(url: str) -> dict[str, Any]:
    """A Django database from `postgres://user:password@host:port/name`; connections are kept for a minute."""
    return {**environ.Env.db_url_config(url), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def file_broker(folder: Path) -> dict[str, Any]:
    """Transport options of Celery's broker of files, for one machine without a server."""
    for name in ("queue", "processed", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    queue = str(folder / "queue")
    return {
        "data_folder_in": queue,
        "data_folder_out": queue,
        "processed_folder": str(folder / "processed"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
