"""Tests: SQLite in a file, since races need one, or the server named by TEST_DATABASE_URL."""

import tempfile
from pathlib import Path

from config.settings import databases
from config.settings.base import *  # noqa: F403
from config.settings.base import INSTALLED_APPS, MIDDLEWARE, env

# Beside each other on two cores, each test process has a folder of its own.
_FOLDER = tempfile.TemporaryDirectory(prefix="parley-test-", ignore_cleanup_errors=True)
DATA_DIR = Path(_FOLDER.name)
CLOCK_FILE = DATA_DIR / "clock"
LETTERS_DIR = DATA_DIR / "outbox"
LETTERS_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
PARLEY_PRODUCTION = False
PARLEY_CLOCK = ""
SECRET_KEY = "of-tests-only"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

DATABASE_URL = env.str("TEST_DATABASE_URL", default="")
REDIS_URL = env.str("TEST_REDIS_URL", default="")
if DATABASE_URL:
    DATABASES = {"default": {**databases.from_url(DATABASE_URL), "CONN_MAX_AGE": 0}}
else:
    DATABASES = {"default": databases.sqlite(DATA_DIR / "parley.sqlite3")}
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}

CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = {} if REDIS_URL else databases.file_broker(DATA_DIR / "broker")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
# Rows fetched one by one are found on SQLite alone: looking for them takes a fifth of a run, and it is the same code.
if not DATABASE_URL:
    INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
    MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
ZEAL_RAISE = True
# A deed of two parts, such as a new issue and its first status, writes to the ledger twice, each under the head's lock.
# The site's own compartment is asked for by its slug wherever it is needed.
ZEAL_ALLOWLIST = [{"model": "core.LedgerHead"}, {"model": "core.Compartment", "field": "get()"}]
