"""What waits in the database is sealed; what an earlier version left there is plain JSON, and is read too."""

from domain.ports import Vault


class UnreadableError(Exception):
    """Nobody can tell what it says: it was sealed with another key, or tampered with."""

    def __init__(self) -> None:
        super().__init__("none of the keys in ENCRYPTION_KEY opens what is stored")


def is_sealed(stored: str) -> bool:
    return not stored.lstrip().startswith("{")


def opened(vault: Vault, stored: str) -> str:
    """The JSON object that was stored."""
    if not is_sealed(stored):
        return stored
    try:
        return vault.open(stored)
    except ValueError:
        raise UnreadableError from None
