"""What is wrong with the settings is said all at once, in words of our own."""

from typing import Any

import pytest

from bot.settings import SettingsError, load_settings

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


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> pytest.MonkeyPatch:
    """No `.env`, and nothing of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in (*WRONG, *SAID, "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"):
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


def test_what_webhook_mode_needs_is_said_beside_the_rest(alone: pytest.MonkeyPatch) -> None:
    alone.setenv("TELEGRAM_MODE", "webhook")
    assert {"TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL", "TELEGRAM_BOT_TOKEN"} <= problems().keys()
