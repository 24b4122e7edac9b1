"""What is wrong with the settings is said all at once, in words of our own."""

from typing import Any

import pytest
from cryptography.fernet import Fernet

from bot.settings import load_settings
from bot.settings_error import SettingsError

WRONG = {
    "TELEGRAM_BOT_TOKEN": "planted-secret",
    "TELEGRAM_MODE": "webhok",
    "HTTP_PORT": "70000",
    "HOLD_MINUTES": "soon",
    "RETENTION_DAYS_RAW": "1",
    "CURRENCY": "EUR",
    "GOOGLE_CLIENT_ID": "planted-id",
    "SMTP_URL": "smtp://user:planted-password@mail.example.com:587",
}
SAID = {
    "TELEGRAM_BOT_TOKEN": "is not a bot token; BotFather gives one like 123456:ABC-DEF",
    "TELEGRAM_MODE": "must be polling or webhook",
    "HTTP_PORT": "must be 65535 or less",
    "PAYSTACK_SECRET_KEY": "is required",
    "ENCRYPTION_KEY": "is required",
    "CURRENCY": "must be NGN, USD, GHS, ZAR or KES",
    "HOLD_MINUTES": "must be a whole number",
    "RETENTION_DAYS_RAW": "must be 4 or more",
    "GOOGLE_CLIENT_SECRET": "is missing; the two go together",
    "MAIL_FROM": "is required where SMTP_URL is set",
}


RIGHT = {
    "TELEGRAM_BOT_TOKEN": "1:a",
    "PAYSTACK_SECRET_KEY": "sk_test_x",
    "ENCRYPTION_KEY": Fernet.generate_key().decode(),
    "DATABASE_URL": "postgresql+asyncpg://user:p[w@db.example.com/dietdesk",
    "SMTP_URL": "smtp://user:m%2Fw@mail.example.com:587",
    "MAIL_FROM": '"Dr Ada Obi, RD" <desk@example.com>',
}
OTHERS = (
    "TELEGRAM_WEBHOOK_SECRET",
    "PUBLIC_URL",
    "TELEGRAM_API_URL",
    "PAYSTACK_API_URL",
    "ADMIN_TELEGRAM_IDS",
)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> pytest.MonkeyPatch:
    """No `.env`, and nothing of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*WRONG, *SAID, *RIGHT, *OTHERS):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def problems() -> dict[str, str]:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    lines = [line.partition(": ") for line in caught.value.problems]
    assert len({name for name, _, _ in lines}) == len(lines)
    return {name: words for name, _, words in lines}


def test_every_problem_is_said_at_once_with_its_name_and_never_its_value(alone: pytest.MonkeyPatch) -> None:
    for name, value in WRONG.items():
        alone.setenv(name, value)
    found = problems()
    assert found == SAID
    assert not any("planted" in words or "nput" in words for words in found.values())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql+asyncpg://user:planted@db.example.com:port/dietdesk"),
        ("DATABASE_URL", "postgresql+asyncpg://user:planted@db.example.com:99999/dietdesk"),
        ("DATABASE_URL", "postgresql+asyncpg://"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DATABASE_URL", "planted"),
        ("SMTP_URL", "smtp://user:planted@mail.example.com:port"),
        ("SMTP_URL", "smtp://user:planted\u2100@mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com/planted"),
        ("MAIL_FROM", "planted"),
        ("MAIL_FROM", "Dr Planted, RD <planted@example.com>"),
        ("PUBLIC_URL", "https://example.com:port"),
        ("TELEGRAM_API_URL", "http://localhost:99999"),
        ("PAYSTACK_API_URL", "https://[planted"),
        ("ADMIN_TELEGRAM_IDS", "1001,99999999999999999999"),
    ],
)
def test_what_only_looks_right_is_refused_at_once(alone: pytest.MonkeyPatch, name: str, value: str) -> None:
    alone.setenv(name, value)
    assert not any("planted" in words.casefold() for words in problems().values())
    assert name in problems()


def test_a_password_of_any_letters_is_taken_and_hidden(alone: pytest.MonkeyPatch) -> None:
    for name, value in RIGHT.items():
        alone.setenv(name, value)
    secrets = load_settings().secrets
    assert {"p[w", "m%2Fw", "m/w"} <= set(secrets)


def test_what_webhook_mode_needs_is_said_beside_the_rest(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("TELEGRAM_MODE", "webhook")
    assert {"TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"} <= problems().keys()
