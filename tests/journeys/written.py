"""After every journey: nothing of what people typed, and no name, address or secret, where it does not belong."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import aiohttp

from sandbox.stage import ACCOUNT, CLIENT_SECRET, PAYSTACK_KEY, TOKEN, Stage

_SHORTEST = 5  # what is shorter is found by chance
_NAME = re.compile(r"[^\W\d_]+(?:[ .'’-]+[^\W\d_]+){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    names: frozenset[str]
    addresses: frozenset[str]
    words: frozenset[str]  # typed, and neither of the two; account numbers among them
    secrets: frozenset[str]

    @property
    def about_people(self) -> frozenset[str]:
        return self.names | self.addresses | self.words


def planted(stage: Stage) -> Planted:
    phones = stage.telegram.known_phones
    typed = {message.text.strip() for phone in phones for message in phone.messages if message.mine}
    said = {word for word in typed if len(word) >= _SHORTEST and not word.startswith("/")}
    called = {name for phone in phones for name in (phone.chat.first_name, phone.chat.last_name)}
    grants = [str(grant.refresh_token) for grant in stage.google.grants(ACCOUNT)]
    names = {name for name in called if len(name) >= _SHORTEST} | {w for w in said if _NAME.fullmatch(w)}
    addresses = {word for word in said if "@" in word} | {ACCOUNT}
    return Planted(
        names=frozenset(names),
        addresses=frozenset(addresses),
        words=frozenset(said - names - addresses),
        secrets=frozenset(
            {TOKEN, PAYSTACK_KEY, CLIENT_SECRET, stage.environment()["ENCRYPTION_KEY"], *grants}
        ),
    )


async def assert_nothing_leaked(stage: Stage) -> None:
    """Logs and metrics know people by number alone; Paystack knows the payer's address and account besides; Google
    the client's name, in the dietitian's own calendar."""
    known = planted(stage)
    log = stage.log.read_text() if stage.log.exists() else ""
    of_google = {secret for secret in known.secrets if secret == CLIENT_SECRET or secret.startswith("1//")}
    spoken = known.secrets - of_google
    numbers = {word for word in known.words if word.replace(" ", "").isdigit()}
    _has_none("the log", log, known.about_people | known.secrets)
    _has_none("the metrics", await _metrics(stage), known.about_people | known.secrets)
    _has_none(
        "what Paystack heard", _text(stage.paystack.heard), known.names | known.words - numbers | spoken
    )
    _has_none("what Google heard", _text(stage.google.heard), known.words | spoken)


def _text(heard: Iterable[str]) -> str:
    return "\n".join(heard)


def _has_none(where: str, text: str, words: Iterable[str]) -> None:
    found = sorted(word for word in words if any(way in text for way in _ways(word)))
    assert not found, f"{where} says {found}"


def _ways(word: str) -> set[str]:
    """As it is, in JSON, in an address and in a form."""
    return {word, json.dumps(word)[1:-1], quote(word), quote_plus(word)}


async def _metrics(stage: Stage) -> str:
    if stage.bot is None or stage.bot.returncode is not None:
        return ""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{stage.public_url}/metrics") as answer:
            return await answer.text()
    except aiohttp.ClientError:
        return ""  # it is being stopped, or its database was taken away
