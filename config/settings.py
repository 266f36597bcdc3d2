"""One settings file. Everything that differs between machines comes from the environment."""

from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(BASE_DIR / ".env")

# Safe by default: a missing variable stops the start, it never opens a hole.
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The demo edition: demo accounts, a mark on every page, a clock that may be shifted.
DEMO = env.bool("DEMO", default=False)
# What runtime writes: database, files, mail, queue. One folder, so one thing to back up.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

CLOCK_SHIFTABLE = env.bool("CLOCK_SHIFTABLE", default=DEMO)
CLOCK_SHIFT_FILE = VAR_DIR / "clock-shift"

# Applications, lowest layer first: an app may import only from the lines above it.
LOCAL_APPS = [
    "foundation.audit",
    "foundation.outbox",
    "foundation.workflow",
    "foundation.accounts",
    "foundation.workdays",
    "foundation.notifications",
    "foundation.feedback",
    "foundation.jobs",
    "schools",
    "brands",
    "reviews",
    "checkups",
    "portal",
    "dashboard",
    "config",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    *LOCAL_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.nul.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Every view needs a login unless it says @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "foundation.htmx.LoginRedirectMiddleware",
    "foundation.audit.middleware.RequestFactsMiddleware",
    "foundation.accounts.middleware.SessionLimitsMiddleware",
    "foundation.accounts.middleware.FirstSignInMiddleware",
    "foundation.workflow.middleware.ConflictMiddleware",
    "foundation.workflow.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
if env.bool("BENCH", default=False):
    MIDDLEWARE.insert(0, "bench.bench_middleware.BenchMiddleware")

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
            "builtins": ["foundation.pieces"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'yipin.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Measured: without these, parallel writers get "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
            "PRAGMA busy_timeout=20000;PRAGMA recursive_triggers=ON;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A choice field's few rows are not worth a cursor's three round trips.
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }

# Signing in (reliability.md 7; domain.md F-B 13–16; design.md 10).
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "foundation.accounts.backends.LockoutBackend",
    "foundation.accounts.backends.PersonBackend",
]
PASSWORD_HASHERS = [
    "foundation.accounts.hashers.ModestArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "foundation.accounts.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "foundation.accounts.passwords.CharacterClassesValidator"},
    {"NAME": "foundation.accounts.passwords.PersonalFactsValidator"},
    {"NAME": "foundation.accounts.passwords.LocalListValidator"},
    {"NAME": "foundation.accounts.passwords.HistoryValidator"},
]
PASSWORD_MAX_AGE = timedelta(days=env.int("PASSWORD_MAX_AGE_DAYS", default=90))
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_IDLE = timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=30))
SESSION_ABSOLUTE = timedelta(hours=12)
# On: signing in ends the same account's sessions elsewhere.
ONE_SESSION = env.bool("ONE_SESSION", default=False)
SESSION_COOKIE_AGE = int(SESSION_ABSOLUTE.total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "foundation.accounts.lockout.answer"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the wait ends when it was said to end
AXES_USE_ATTEMPT_EXPIRATION = False
AXES_VERBOSE = False
# Never kept, whatever page a failure was counted on.
AXES_SENSITIVE_PARAMETERS = [
    "username", "ip_address", "old_password", "new_password1", "new_password2"
]  # fmt: skip
# How many reverse proxies of ours stand before the site: 0 means the address is the peer's own.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
AXES_CLIENT_IP_CALLABLE = "foundation.audit.middleware.client_address"

# HTTPS is on in production; the embedded edition listens on loopback without it.
HTTPS = env.bool("HTTPS", default=not DEMO and not DEBUG)
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"
MEDIA_URL = ""  # Files are never served by path.
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", default="")
ATTACHMENT_MAX_BYTES = 50 * 1024 * 1024
# What has arrived of files still on their way: never served, and shared by all web processes.
UPLOAD_DIR = VAR_DIR / "uploads"
# A malware scanner (clamd), as tcp://host:3310 or unix:///run/clamav/clamd.ctl; empty: none is asked.
CLAMAV_URL = env.str("CLAMAV_URL", default="")
# When it does not answer: refuse the file (on), or take it unscanned (off).
CLAMAV_REQUIRED = env.bool("CLAMAV_REQUIRED", default=True)
CLAMAV_SECONDS = env.int("CLAMAV_SECONDS", default=30)
# How long a file that was made in the background waits for its owner.
JOB_DAYS = env.int("JOB_DAYS", default=7)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Mail: the embedded edition keeps it in a folder that the demo shows.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
if EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_PORT = env.int("EMAIL_PORT", default=25)
    EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
    EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
    EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
    EMAIL_USE_SSL = env.bool("EMAIL_USE_SSL", default=False)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 10  # Django's default waits for ever on a silent server.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="yipin@localhost")
# How links in mail begin, since no request is at hand there.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")

# Celery: a task takes ids and says for itself whether it may run twice.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL or "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    QUEUE_DIR = VAR_DIR / "queue"
    for _name in ("in", "processed", "control"):
        (QUEUE_DIR / _name).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "in"),
        "data_folder_out": str(QUEUE_DIR / "in"),
        "store_processed": False,
        "processed_folder": str(QUEUE_DIR / "processed"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.5,
    }
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 3}
    CELERY_REDBEAT_REDIS_URL = CELERY_BROKER_URL
    CELERY_REDBEAT_REDIS_OPTIONS = {"socket_connect_timeout": 3}
    CELERY_REDBEAT_LOCK_TIMEOUT = 60
    CELERY_BEAT_MAX_LOOP_INTERVAL = 10
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Ctrl-C on a laptop ends at once; a server lets a running task finish.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 0 if CELERY_BROKER_URL.startswith("filesystem") else 30
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", default=False)
# How often the scheduler ticks; a rehearsal that moves the clock wants it quicker.
TICK_SECONDS = env.int("TICK_SECONDS", default=30)

# What the footer shows (domain.md F-B 27).
SITE = {
    "name": env.str("SITE_NAME", default="苏州市教育系统党建品牌管理平台"),
    # Who signs certificates and notices, by its full name.
    "issuer": env.str("SITE_ISSUER", default="中共苏州市委教育工作委员会"),
    "office": env.str("SITE_OFFICE", default="市委教育工委组织处"),
    "phone": env.str("SITE_PHONE", default="0512-00000000"),
    "email": env.str("SITE_EMAIL", default=""),
    "icp": env.str("SITE_ICP", default=""),
    "police": env.str("SITE_POLICE", default=""),
    "gov_id": env.str("SITE_GOV_ID", default=""),
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
