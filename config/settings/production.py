"""Servers: everything that differs from place to place comes from the environment, and a missing value is an error."""

from django.core.exceptions import ImproperlyConfigured

from config.settings import databases
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, PARLEY_CLOCK, env

DEBUG = False
PARLEY_PRODUCTION = True
if PARLEY_CLOCK:
    raise ImproperlyConfigured("PARLEY_CLOCK is set: a production site lives in real time.")
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]

DATABASES = {"default": databases.from_url(env.str("DATABASE_URL"))}
CELERY_BROKER_URL = env.str("REDIS_URL")
# A worker killed with SIGKILL leaves its message unacknowledged; these two make redelivery prompt.
CELERY_BROKER_TRANSPORT_OPTIONS = {"unacked_restore_interval": 2, "unacked_restore_throttle": 1}

STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=1)
