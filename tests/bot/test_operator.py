"""Who runs it has to be named before money is real."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from bot.check import check
from bot.cli import main
from bot.operator import policy_of, problems_before_live
from bot.settings import Settings
from tests.clock import FrozenClock

Cli = Callable[[str, dict[str, Any]], Result]
LIVE, TEST = "sk_live_0123456789", "sk_test_0123456789"
NAMED = {
    "operator_name": "Ada Clinics", "operator_address": "1 Marina, Lagos", "operator_contact": "+234 800 000 0000",
}  # fmt: skip


def given(key: str, **fields: Any) -> dict[str, Any]:
    return {
        "telegram_bot_token": "1:a",
        "telegram_api_url": "http://127.0.0.1:9",
        "paystack_api_url": "http://127.0.0.1:9",
        "paystack_secret_key": key,
        "encryption_key": Fernet.generate_key().decode(),
        **fields,
    }


def settings(key: str, **fields: Any) -> Settings:
    return Settings(_env_file=None, **given(key, **fields))  # type: ignore[call-arg]


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cli]:
    """The command line in a place without an `.env`."""
    monkeypatch.chdir(tmp_path)

    def invoke(command: str, values: dict[str, Any]) -> Result:
        env = {name.upper(): value for name, value in values.items()}
        return CliRunner().invoke(main, [command], env=env)

    yield invoke
    gc.enable()  # `run` puts it off while it starts


def test_a_live_key_wants_each_of_them_named() -> None:
    assert problems_before_live(settings(TEST)) == []
    assert problems_before_live(settings(LIVE, **NAMED)) == []
    names = [line.partition(":")[0] for line in problems_before_live(settings(LIVE))]
    assert names == ["OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_CONTACT"]
    (line,) = problems_before_live(settings(LIVE, **{**NAMED, "operator_contact": "  "}))
    assert line.startswith("OPERATOR_CONTACT: is required with a live Paystack key")


def test_run_refuses_a_live_key_with_a_line_for_each(cli: Cli) -> None:
    ended = cli("run", given(LIVE, operator_name="Ada Clinics"))
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == [
        "OPERATOR_ADDRESS",
        "OPERATOR_CONTACT",
    ]
    assert LIVE not in ended.stderr


@pytest.mark.parametrize(
    ("key", "fields", "ok", "words"),
    [
        (TEST, {}, True, "WARNING: OPERATOR_NAME, OPERATOR_ADDRESS, OPERATOR_CONTACT not set"),
        (TEST, NAMED, True, "the privacy notice says who is answerable"),
        (LIVE, NAMED, True, "the privacy notice says who is answerable"),
        (
            LIVE,
            {},
            False,
            "OPERATOR_NAME, OPERATOR_ADDRESS, OPERATOR_CONTACT must be set with a live Paystack key",
        ),
    ],
)
async def test_check_says_whether_somebody_is_answerable(
    key: str, fields: dict[str, str], ok: object, words: str
) -> None:
    findings = check(settings(key, **fields), FrozenClock())
    finding = await anext(findings)
    await findings.aclose()  # type: ignore[attr-defined]  # an async generator
    assert (finding.service, finding.ok) == ("operator", ok)
    assert finding.words.startswith(words)


@pytest.mark.parametrize("contact", ["nobody", "@", "12345", "a@b"])
def test_a_contact_is_an_address_or_a_number(cli: Cli, contact: str) -> None:
    ended = cli("run", given(TEST, operator_contact=contact))
    assert ended.exit_code == 2
    assert ended.stderr.startswith("OPERATOR_CONTACT: is an e-mail address or a phone number")


@pytest.mark.parametrize("name", ["two\nlines", "\u202eturned", "x" * 201])
def test_a_name_is_one_line_that_turns_nothing_round(cli: Cli, name: str) -> None:
    assert cli("run", given(TEST, operator_name=name)).stderr.startswith("OPERATOR_NAME: is one line")


def test_the_policy_names_them() -> None:
    operator = policy_of(settings(TEST, **NAMED, operator_dpo="Ms Bello")).operator
    assert operator is not None
    assert (operator.name, operator.officer) == ("Ada Clinics", "Ms Bello")
    assert policy_of(settings(TEST, operator_name="Ada Clinics")).operator is None
