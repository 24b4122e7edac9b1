"""Column types for what only a key opens: sealed on the way in, opened on the way out.

The key is the engine's (`give_vault`): one program may work two databases. What an earlier version left in plain
is read as it is, until `bot.keys.SealOld` has sealed it.
"""

import json
from typing import Any

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator

from domain.ports import Vault
from storage.vault import is_token


def give_vault(dialect: Dialect, vault: Vault | None) -> None:
    dialect.vault = vault  # type: ignore[attr-defined]  # where a column's type is asked, it is handed the dialect


def vault_of(dialect: Dialect) -> Vault | None:
    return getattr(dialect, "vault", None)


class Sealed(TypeDecorator[str]):
    """Text; NULL stays NULL and the empty text empty, so that a query can tell whether there is any."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return _vault(dialect).seal(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return _opened(value, dialect) if value else value


class SealedJson(TypeDecorator[Any]):
    """A JSON object or list, stored as a JSON string that is its sealed text; an empty one stays plain."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _vault(dialect).seal(json.dumps(value, ensure_ascii=False)) if value else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(_opened(value, dialect)) if isinstance(value, str) else value


def _opened(stored: str, dialect: Dialect) -> str:
    return _vault(dialect).open(stored) if is_token(stored) else stored


def _vault(dialect: Dialect) -> Vault:
    vault = vault_of(dialect)
    if vault is None:
        raise RuntimeError("this database was opened without a key, and what is asked for is sealed")
    return vault
