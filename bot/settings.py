"""The settings, from the environment or `.env` in the current directory. `.env.example` documents each."""

import re
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from pydantic import (
    Field,
    ModelWrapValidatorHandler,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings_error import SettingsError
from bot.settings_problems import problems_of
from domain.model.retention import Retention
from integrations.hosts import is_this_machine

Url = str
Days = Annotated[int, Field(ge=1, le=36500)]
_LONGEST_LINE = 200
_LONGEST_ID = 16  # digits: core.telegram.org/bots/api#user has at most 52 significant bits
_PASSWORD = re.compile(r"://[^:/@]*:(.+)@")
Network = IPv4Network | IPv6Network


class Settings(BaseSettings):
    """Names and defaults are the documented ones, in lower case."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True, frozen=True
    )

    telegram_bot_token: SecretStr
    telegram_api_url: Url = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    public_url: Url | None = None
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    database_url: SecretStr = SecretStr("sqlite+aiosqlite:///var/dietdesk.db")
    paystack_secret_key: SecretStr
    paystack_api_url: Url = "https://api.paystack.co"
    paystack_allowed_ips: Annotated[tuple[Network, ...], NoDecode] = ()
    google_client_id: str | None = None
    google_client_secret: SecretStr | None = None
    google_api_url: Url = "https://www.googleapis.com"
    google_auth_url: Url = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_url: Url = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    google_revoke_url: Url = "https://oauth2.googleapis.com/revoke"
    encryption_key: SecretStr
    admin_telegram_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    default_timezone: str = "Africa/Lagos"
    currency: Literal["NGN", "USD", "GHS", "ZAR", "KES"] = "NGN"
    hold_minutes: Annotated[int, Field(ge=1, le=1440)] = 35
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    operator_name: str | None = None
    operator_address: str | None = None
    operator_contact: str | None = None
    operator_dpo: str | None = None
    retention_days_drafts: Days = Retention().drafts
    retention_days_links: Days = Retention().links
    retention_days_raw: Annotated[int, Field(ge=4, le=36500)] = Retention().raw
    retention_days_messages: Days = Retention().messages
    retention_days_health: Days = Retention().health
    retention_days_audit: Days = Retention().audit
    retention_days_logs: Days = Retention().logs
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["console", "json"] = "console"

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", value.get_secret_value()):
            raise ValueError("is not a bot token; BotFather gives one like 123456:ABC-DEF")
        return value

    @field_validator("paystack_secret_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"sk_(test|live)_\S+", value.get_secret_value()):
            raise ValueError("is not a Paystack secret key; it begins with sk_test_ or sk_live_")
        return value

    @field_validator("operator_name", "operator_address", "operator_contact", "operator_dpo")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        if value is not None and (not value.isprintable() or len(value) > _LONGEST_LINE):
            raise ValueError(f"is one line of at most {_LONGEST_LINE} characters")
        return value.strip() or None if value is not None else None

    @field_validator("operator_contact")
    @classmethod
    def _contact(cls, value: str | None) -> str | None:
        if value is not None and not re.search(r"\S@\S+\.\S|(?:\d[ ()/-]*){7}", value):
            raise ValueError("is an e-mail address or a phone number")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value.get_secret_value()):
            raise ValueError("takes 1 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator(
        "telegram_api_url", "paystack_api_url", "google_api_url", "google_auth_url", "google_token_url",
        "google_revoke_url", "public_url",
    )  # fmt: skip
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _web_address(value)
        if parts is None:
            raise ValueError("is not an address like https://example.com")
        if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
            raise ValueError("must begin with https:// (http only on this machine)")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        from storage.database import Database  # noqa: PLC0415 - heavy, and `dietdesk key` has no settings

        words = "is sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host:5432/name"
        _try(Database.from_url, value.get_secret_value(), words)  # opens nothing yet
        return value

    @field_validator("encryption_key")
    @classmethod
    def _encryption(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            try:
                Fernet(key.strip())
            except ValueError:
                raise ValueError("is not a Fernet key; `dietdesk key` prints a fresh one") from None
        return value

    @field_validator("admin_telegram_ids", mode="before")
    @classmethod
    def _admins(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isascii() and part.isdigit() and len(part) <= _LONGEST_ID for part in parts):
            raise ValueError("is a list of Telegram user ids, such as 1001,1002")
        return frozenset(int(part) for part in parts)

    @field_validator("trusted_proxies", "paystack_allowed_ips", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            raise ValueError("is a list of addresses or networks, such as 10.0.0.5,192.168.1.0/24") from None

    @field_validator("default_timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, LookupError):
            raise ValueError("is not an IANA time zone such as Africa/Lagos") from None
        return value

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            from integrations.mail import read_smtp_url  # noqa: PLC0415 - only who sends mail loads it

            words = "is not an address like smtp://user:pass@host:587"
            _try(read_smtp_url, value.get_secret_value(), words)
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is not None:
            from integrations.mail import read_sender  # noqa: PLC0415 - only who sends mail loads it

            words = 'is not an address like desk@example.com or "Dr Ada Obi, RD" <desk@example.com>'
            _try(read_sender, value, words)
        return value

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, given: Any, handler: ModelWrapValidatorHandler["Settings"]) -> "Settings":
        """What is missing beside something else is said together with what is wrong by itself."""
        problems = _missing(given)
        try:
            made = handler(given)
        except ValidationError as error:
            raise ValueError("\n".join([*problems_of(error), *problems])) from None
        if problems:
            raise ValueError("\n".join(problems))
        return made

    @property
    def retention(self) -> Retention:
        return Retention(
            drafts=self.retention_days_drafts,
            links=self.retention_days_links,
            raw=self.retention_days_raw,
            messages=self.retention_days_messages,
            health=self.retention_days_health,
            audit=self.retention_days_audit,
            logs=self.retention_days_logs,
        )

    @property
    def fernet_keys(self) -> list[str]:
        """The first encrypts."""
        return [key.strip() for key in self.encryption_key.get_secret_value().split(",")]

    @property
    def secrets(self) -> list[str]:
        """Everything that must never be seen in a log."""
        named = (
            self.telegram_bot_token, self.telegram_webhook_secret, self.paystack_secret_key,
            self.google_client_secret, self.smtp_url, self.database_url,
        )  # fmt: skip
        values = [secret.get_secret_value() for secret in named if secret is not None]
        written = [word for value in values for word in _PASSWORD.findall(value)]
        plain = [value for value in values if not value.startswith("sqlite")]
        return [*plain, *written, *map(unquote, written), *self.fernet_keys]


def _missing(given: Mapping[str, Any]) -> list[str]:
    """Of what goes together; `given` is as it was read."""
    problems = []
    if given.get("telegram_mode") == "webhook":
        wanted = ("telegram_webhook_secret", "public_url")
        problems += [f"{name.upper()}: is required in webhook mode" for name in wanted if not given.get(name)]
    client = [name for name in ("google_client_id", "google_client_secret") if not given.get(name)]
    if len(client) == 1:
        problems.append(f"{client[0].upper()}: is missing; the two go together")
    if given.get("smtp_url") and not given.get("mail_from"):
        problems.append("MAIL_FROM: is required where SMTP_URL is set")
    return problems


def _try(read: Callable[[str], object], value: str, words: str) -> None:
    """What a reader says of a value that it refuses may quote it, and so a password: `words` stand instead."""
    try:
        read(value)
    except ValueError:
        raise ValueError(words) from None


def _web_address(text: str) -> SplitResult | None:
    """None where it is none; what the library says of that may quote a password."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"https", "http"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if usable and not parts.query and not parts.fragment else None


def load_settings() -> Settings:
    """Raises `SettingsError`."""
    try:
        return Settings()  # type: ignore[call-arg]  # from the environment
    except ValidationError as error:
        raise SettingsError(problems_of(error)) from None
    except UnicodeDecodeError:
        raise SettingsError([".env: is not UTF-8 text"]) from None
