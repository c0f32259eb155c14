"""The demo's clock and register: it begins on the Monday after the call and goes on where the last entry was."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import CommandError, get_commands
from django.db.models import Max

from core.serving.processes import ending_with_parent

BEGINS = datetime(2026, 2, 9, 7, tzinfo=UTC)
LOAD = "load_demo"
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")


def is_wanted(setting: str, register: bool | None) -> bool:
    """Whether this start is a demo. `register` is what the data are already: the demo (True), people's own (False),
    or still empty (None). A start never adds the demo to people's own register, nor takes the demo for one.
    """
    wanted = _yes_or_no(setting)
    if register is None:
        return wanted is not False
    if wanted is not None and wanted != register:
        held = "the demo" if register else "a register of your own"
        raise CommandError(f"PARLEY_DEMO is {setting}, but the data hold {held}. Name another folder with PARLEY_DATA.")
    return register


def register_held() -> bool | None:
    """What the data are: True for the demo, False for people's own, None for no people at all."""
    from core.models import User

    if not User.objects.exists():
        return None
    return User.objects.filter(is_demo=True).exists()


def _yes_or_no(setting: str) -> bool | None:
    text = setting.strip().lower()
    if text not in ("", *YES, *NO):
        raise CommandError(f"PARLEY_DEMO must be 1 or 0, not {setting!r}.")
    return text in YES if text else None


def instant(latest: datetime | None) -> datetime:
    """What the demo's clock says at this start: its beginning, or the latest entry if people went on from there."""
    return max(BEGINS, latest) if latest else BEGINS


def clock(latest: datetime | None, real: datetime) -> str:
    """PARLEY_CLOCK for every process of this start, so that all of them read the same time."""
    return f"{_stamp(instant(latest))}@{_stamp(real)}"


def keep_clock(file: Path, setting: str) -> None:
    """Tells commands at the shell what time it is: one that wrote in real time would carry the demo off with it."""
    file.write_text(setting)


def stop_clock(file: Path, real: datetime) -> None:
    """At the end the kept clock stands still: a command entered later goes on from here, and so does the next start."""
    setting = file.read_text() if file.exists() else ""
    moment, _, anchor = setting.partition("@")
    if anchor:
        file.write_text(_stamp(datetime.fromisoformat(moment) + (real - datetime.fromisoformat(anchor))))


def latest_entry() -> datetime | None:
    from core.models import Event

    latest: datetime | None = Event.objects.aggregate(latest=Max("at"))["latest"]
    return latest


def load(env: Mapping[str, str]) -> str:
    """Load the demo register in a process that has the demo's clock; what it says names the users."""
    if LOAD not in get_commands():
        return ""
    done = subprocess.run(
        [sys.executable, "manage.py", LOAD],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=ending_with_parent(),
        check=False,
    )
    if done.returncode:
        raise CommandError(f"The demo register could not be loaded ({LOAD} ended with {done.returncode}).")
    return done.stdout.strip()


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
