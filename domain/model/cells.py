"""What a table of transitions is made of: states, events, and in each cell what follows and where the money goes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from domain.model.ledger import LedgerAccount

E = TypeVar("E", bound=StrEnum)


class Money(StrEnum):
    """What happens to it, in the words of the ledger."""

    NOTHING = "nothing"
    BUYS = "arrives: value"
    WAITS = "arrives: credit, the client chooses"
    HELD = "arrives: quarantine, a person decides"
    RETURNS = "arrives: refund begins"
    CREDIT_BUYS = "credit becomes value"
    CREDIT_RETURNS = "credit: refund begins"
    HELD_RETURNS = "quarantine: refund begins"
    VALUE_RETURNS = "value: refund of all begins"
    PART_RETURNS = "value: refund of a part begins"
    STUCK = "refund failed: quarantine, a person decides"
    STUCK_PART = "refund of the part failed: quarantine, a person decides"
    TRIED_AGAIN = "quarantine: refund tried again"


_OUT, _VALUE, _CREDIT = LedgerAccount.OUTSIDE, LedgerAccount.VALUE, LedgerAccount.CREDIT
_REFUND, _QUARANTINE = LedgerAccount.REFUND, LedgerAccount.QUARANTINE
LEDGER: Mapping[Money, tuple[tuple[LedgerAccount, LedgerAccount], ...]] = {
    Money.NOTHING: (),
    Money.BUYS: ((_OUT, _VALUE),),
    Money.WAITS: ((_OUT, _CREDIT),),
    Money.HELD: ((_OUT, _QUARANTINE),),
    Money.RETURNS: ((_OUT, _REFUND),),
    Money.CREDIT_BUYS: ((_CREDIT, _VALUE),),
    Money.CREDIT_RETURNS: ((_CREDIT, _REFUND),),
    Money.HELD_RETURNS: ((_QUARANTINE, _REFUND),),
    Money.VALUE_RETURNS: ((_VALUE, _REFUND),),
    Money.PART_RETURNS: ((_VALUE, _REFUND),),
    Money.STUCK: ((_REFUND, _QUARANTINE),),
    Money.STUCK_PART: ((_REFUND, _QUARANTINE),),
    Money.TRIED_AGAIN: ((_QUARANTINE, _REFUND),),
}
"""The ledger's moves, each as where from and where to. "begins" also means a refund row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """`to` None: the state stays as it is."""

    to: StrEnum | None = None
    money: Money = Money.NOTHING
    refused: bool = False


NO = Cell(refused=True)
STAYS = Cell()


def to(state: StrEnum, money: Money = Money.NOTHING) -> Cell:
    return Cell(to=state, money=money)


def stays(money: Money) -> Cell:
    return Cell(money=money)


def row(columns: Iterable[E], otherwise: Cell, **cells: Cell) -> dict[E, Cell]:
    """One event's: a cell a column, by the column's name in lower case; `otherwise` where none is named."""
    return {at: cells.get(at.name.lower(), otherwise) for at in columns}
