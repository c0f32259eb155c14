"""One machine: `make run`. SQLite and a broker of files under PARLEY_DATA, where the environment names no servers."""

import secrets
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings import databases
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, PARLEY_CLOCK, env
from core import clock

DATA_DIR = Path(env.str("PARLEY_DATA", default=str(BASE_DIR / "var"))).resolve()
LETTERS_DIR = DATA_DIR / "outbox"
# What time it is for commands at the shell while a demo runs, or since it was stopped.
CLOCK_FILE = DATA_DIR / "clock"

try:
    LETTERS_DIR.mkdir(parents=True, exist_ok=True)
    if not PARLEY_CLOCK and CLOCK_FILE.exists():
        PARLEY_CLOCK = CLOCK_FILE.read_text()
    clock.check(PARLEY_CLOCK)
except OSError as error:
    raise ImproperlyConfigured(f"PARLEY_DATA: {error.filename} cannot be used ({error.strerror}).") from error
except ValueError as error:
    kept = "" if env.str("PARLEY_CLOCK", default="") else f" It was read from {CLOCK_FILE}."
    raise ImproperlyConfigured(f"{error}.{kept}") from error


def _kept_secret() -> str:
    """A key of this machine's own, made at the first start, so that sessions and cursors outlive a restart."""
    path = DATA_DIR / "secret_key"
    try:
        with suppress(FileExistsError), path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(50))
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"PARLEY_DATA: {path} cannot be used ({error.strerror}).") from error


DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

DATABASE_URL = env.str("DATABASE_URL", default="")
REDIS_URL = env.str("REDIS_URL", default="")
DATABASES = {
    "default": databases.from_url(DATABASE_URL) if DATABASE_URL else databases.sqlite(DATA_DIR / "parley.sqlite3")
}

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else databases.file_broker(DATA_DIR / "broker")

WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = str(LETTERS_DIR)
PARLEY_PRODUCTION = False
