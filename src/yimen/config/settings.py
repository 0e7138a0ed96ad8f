"""Django's settings. What an installation may choose is read here, through `env`, and listed in docs/operate.md."""

from functools import partial
from pathlib import Path
from typing import Any

from yimen.config import env, logins, state

# Where things are
PACKAGE_DIR = Path(__file__).resolve().parents[1]
PROJECT_DIR = state.project_dir()
STATE_DIR = env.folder("YIMEN_STATE", state.default_state(PROJECT_DIR))
LOGINS_DIR = STATE_DIR / "logins"
POSTGRES_DIR = STATE_DIR / "postgres"
KEYS_DIR = env.folder("YIMEN_KEYS", STATE_DIR / "keys")
DOCUMENTS_DIR = env.folder("YIMEN_DOCUMENTS", STATE_DIR / "documents")
RECORD_DIR = env.folder("YIMEN_RECORD", STATE_DIR / "record")
LOG_DIR = STATE_DIR / "log"
CITY_DIR = env.folder("YIMEN_CITY", PROJECT_DIR / "cities" / "sample")
POSTGRES_BIN = env.text("YIMEN_POSTGRES_BIN")

# The installation
_written = state.installation(STATE_DIR)
INSTALLATION = env.text("YIMEN_INSTALLATION", _written.get("name", "yimen"))
PUBLIC_ADDRESS = env.web_address("YIMEN_PUBLIC_URL", "http://127.0.0.1:8000")
PUBLIC_URL = PUBLIC_ADDRESS.geturl().rstrip("/")
HTTPS = PUBLIC_ADDRESS.scheme == "https"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
DEMONSTRATION = env.flag("YIMEN_DEMONSTRATION", default=PUBLIC_ADDRESS.hostname in LOOPBACK)
CITY_TIME_ZONE = env.time_zone("YIMEN_TIME_ZONE", "Asia/Shanghai")
MAX_UPLOAD_BYTES = env.integer("YIMEN_MAX_UPLOAD_BYTES", 20 * 1024 * 1024, low=1024, high=1024 * 1024 * 1024)

# Mail to applicants: none is sent without a server
MAIL_HOST, MAIL_GREETING = env.mail_host(str(PUBLIC_ADDRESS.hostname))
SMTP = env.mail_server(
    "YIMEN_SMTP_URL",
    timeout=env.integer("YIMEN_SMTP_TIMEOUT", 20, low=1, high=60),
    authority=env.text("YIMEN_SMTP_CA"),
    greets_as=MAIL_GREETING,
)
MAIL_FROM = env.mailbox("YIMEN_MAIL_FROM", f"Yimen 一门 <no-reply@{MAIL_HOST}>")
MAIL_BOUNCES = env.mail_address("YIMEN_MAIL_BOUNCES")
# Gateways: each is connected where its address is given, and left out otherwise
IDENTITY_URL, IDENTITY_SECRET = env.gateway("YIMEN_IDENTITY_URL", "YIMEN_IDENTITY_SECRET")
PAYMENT_URL, PAYMENT_SECRET = env.gateway("YIMEN_PAYMENT_URL", "YIMEN_PAYMENT_SECRET")
POST_URL, POST_SECRET = env.gateway("YIMEN_POST_URL", "YIMEN_POST_SECRET")

# Processes and their connections
WEB_WORKERS = env.integer("YIMEN_WEB_WORKERS", 2, low=1, high=256)
WEB_THREADS = env.integer("YIMEN_WEB_THREADS", 8, low=1, high=64)
POOL_SIZE = env.integer("YIMEN_POOL_SIZE", WEB_THREADS, low=1, high=64)

# The database: an alias for each login. Whoever prepares it reads the logins again afterwards.
LOGINS_WANTED = env.words("YIMEN_LOGINS", list(logins.LOGINS))
READ_LOGINS = partial(logins.read, LOGINS_DIR, LOGINS_WANTED)
MAKE_DATABASES = partial(logins.databases, pool_size=POOL_SIZE)
OWNER_DATABASE = partial(logins.owner, LOGINS_DIR)
LOGINS: dict[str, str] = READ_LOGINS()
DATABASES: dict[str, dict[str, Any]] = MAKE_DATABASES(LOGINS)
EMBEDDED = _written.get("database", "external" if LOGINS else "embedded") == "embedded"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Django
SECRET_KEY = state.secret_key(STATE_DIR)
DEBUG = False
ALLOWED_HOSTS = env.words("YIMEN_HOSTS", sorted({str(PUBLIC_ADDRESS.hostname), *LOOPBACK}))
ROOT_URLCONF = "yimen.config.urls"
WSGI_APPLICATION = "yimen.config.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "yimen",
]
# Sessions, users and messages act under /accounts/ alone; who works on a case has a session of the record.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "yimen.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yimen.web.middleware.NoPrefetch",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yimen.web.middleware.Interface",  # what follows is for pages alone
    "yimen.web.middleware.AccountSessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yimen.web.middleware.AccountUsers",
    "yimen.web.middleware.AccountMessages",
    "allauth.account.middleware.AccountMiddleware",
    "yimen.web.errors.Refusals",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"yimen": "yimen.web.tags"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "yimen.web.door.frame",
            ],
        },
    }
]

# Language and time: Chinese first
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CITY_TIME_ZONE

# Static files, all of them ours and in the package
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [PACKAGE_DIR / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = (
    30_000  # an item with all the materials, fees and questions that it may have is one form
)
FILE_UPLOAD_HANDLERS = ["yimen.web.uploads.Bounded"]

# Security
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_NAME = "yimen_account"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "yimen.web.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if HTTPS else []
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
if env.flag("YIMEN_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Signing in: by user name; a second factor for whoever sets one up
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "yimen.web.accounts.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# Wrong passwords are counted by account and not by address: a hall, an office or a proxy is one address, and one stranger there
# would keep everybody from signing in.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/300s/key"}
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Yimen 一门"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/accounts/post/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # a log is no place for links that open accounts

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {
        "handlers": ["stderr"],
        "level": env.choice("YIMEN_LOG_LEVEL", "WARNING", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
}
