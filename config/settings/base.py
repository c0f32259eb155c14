"""What holds everywhere. A secret, a host name or a database is never here: local, test and production add theirs."""

from pathlib import Path

import django_stubs_ext
import environ

from config.schedule import BEAT_SCHEDULE
from config.settings.unfold import UNFOLD  # noqa: F401  (a setting)

# Paginator[Issue] and the like are types that Django's classes do not take by themselves.
django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent

INSTALLED_APPS = [
    "core.apps.CoreConfig",
    "tracker.apps.TrackerConfig",
    "unfold.apps.BasicAppConfig",  # its default one would put its own site in the place of ours
    "unfold.contrib.filters",
    "core.admin.apps.ParleyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.PlainInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.demo_clock",
            ],
        },
    },
]

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "core.backends.PasswordBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"

# A dossier or a JSON body beyond this is refused before it is read (413).
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The clock of a demo; production refuses it.
PARLEY_CLOCK = env.str("PARLEY_CLOCK", default="")

# Who empties a mistaken text in a room's own history when its Event is redacted: kind of Event -> dotted path.
REDACTORS = {
    **dict.fromkeys(
        ["issue.status_changed", "issue.status_corrected", "issue.status_voided"],
        "tracker.actions.redaction.redact_status_change",
    ),
    **dict.fromkeys(
        ["claim.added", "position.added", "deadline.added", "note.added", "issuelink.added"],
        "tracker.actions.redaction.redact_record",
    ),
    "source.text_held": "tracker.actions.redaction.redact_held_text",
    **dict.fromkeys(
        [
            "claim.withdrawn",
            "position.withdrawn",
            "deadline.withdrawn",
            "note.withdrawn",
            "issuelink.withdrawn",
            "position.ended",
            "deadline.closed",
        ],
        "tracker.actions.redaction.refuse_reason",
    ),
}
# What `verify_ledger` compares with the ledger's lines, in fixed order: dotted paths.
HISTORY_VERIFIERS = ["tracker.verification.verify_history", "tracker.record_verification.verify_records"]
# What a dossier carries beyond the tracker's own sections, in fixed order: dotted paths.
DOSSIER_SECTIONS: list[str] = []
# Pages of the admin that are about no one model: name, which is the address, too -> dotted path of the view.
ADMIN_PAGES = {"search": "tracker.admin.search.search_page"}
# What may be flagged, in fixed order: dotted paths of rules.
FLAG_RULES = [
    "tracker.flag_rules.silence",
    "tracker.evidence_rules.withdrawn_claim",
    "tracker.evidence_rules.unmatched_quote",
]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.Schema",
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
REST_KNOX = {"TOKEN_MODEL": "core.ServiceToken", "AUTH_HEADER_PREFIX": "Bearer"}
KNOX_TOKEN_MODEL = "core.ServiceToken"
# Its migrations make a table for the token model that ours replaces.
MIGRATION_MODULES = {"knox": None}

SPECTACULAR_SETTINGS = {
    "TITLE": "Parley API",
    "VERSION": "1",
    "DESCRIPTION": (
        "Lists are pages: `results`, and `next`, the address of the following page or null. A parameter or a field "
        "that is not known is refused. Errors are RFC 9457 problems that name each field and the reason. A change "
        "needs `If-Match` with the ETag that the record was read with. What you may not see is answered as what is "
        "not there."
    ),
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {
        **{name: f"tracker.statuses.{name}.choices" for name in ("Status", "Trend", "Priority", "Category")},
        **{
            name: f"tracker.evidence.{name}.choices"
            for name in (
                "Capacity",
                "DeadlineKind",
                "DeadlineOutcome",
                "Disclosure",
                "LinkKind",
                "Modality",
                "NoteKind",
                "PositionKind",
                "Reliability",
                "SourceKind",
                "Stance",
                "Translator",
            )
        },
        "DeadlineOutcomeByHand": "tracker.api.deadline_serializers.BY_HAND",
        "Handling": "core.visibility.Handling.choices",
        "PartyKind": "tracker.models.party.Party.Kind",
        "PartyNameKind": "tracker.models.party.PartyName.Kind",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_VERBOSE = False

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE
# The slots of JobRun say what has run; a file of the last ticks would be a second, weaker memory.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"parley": {"level": "INFO"}},
}

_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "img-src": [_SELF, "data:"],
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": [_SELF],
        "form-action": [_SELF],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = "Lax"
