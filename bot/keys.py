"""The keys of `ENCRYPTION_KEY`: proved at every start, changed by `dietdesk key rotate`; what is plain is sealed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.settings_error import SettingsError
from domain.model.kept import Held, SealedColumn, Stored
from domain.ports import Transactions, UnitOfWork, Vault
from storage.vault import FernetVault, is_token

log = structlog.get_logger(__name__)
_CANARY, _ALL = "canary", "all are sealed"
_SONG = "whoever reads this has the key of this database"
_WRONG = (
    "ENCRYPTION_KEY: none of its keys opens what is stored in this database; put back the one that sealed it"
)
_BATCH, _LARGE_BATCH = 200, 2
_A_TICK = 20
_EMPTY = frozenset({"", "{}", "[]"})  # stays plain: `storage.sealing`

Change = Callable[[SealedColumn, Stored], Stored]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A batch of one column: how many values were looked at, and how many of them had to be sealed anew."""

    column: str
    seen: int
    changed: int
    unreadable: int


async def prove_key(transactions: Transactions, vault: Vault) -> None:
    """`SettingsError` where the keys are not those of this database. The first start leaves a proof for the next ones;
    in a database from before that any sealed value is one."""
    canary = await transactions.read(lambda uow: uow.keyring.kept(_CANARY))
    if canary is None:
        samples = await transactions.read(lambda uow: uow.keyring.samples())
        if samples and not any(_opens(vault, sample) for sample in samples):
            raise SettingsError([_WRONG])
        canary = await transactions.write(lambda uow: uow.keyring.keep(_CANARY, vault.seal(_SONG)))
    if not _opens(vault, canary):
        raise SettingsError([_WRONG])


def _opens(vault: Vault, sealed: str) -> bool:
    try:
        vault.open(sealed)
    except ValueError:
        return False
    return True


async def rotate(transactions: Transactions, vault: FernetVault) -> AsyncIterator[Step]:
    """Everything under the first key. What is so already is passed over, so a second run goes on where one was killed;
    a value that the running program changes meanwhile is left to it."""

    def anew(column: SealedColumn, value: Stored) -> Stored:
        if isinstance(value, bytes):
            return vault.renewed_bytes(value)
        is_plain = column.was_plain and value not in _EMPTY and not is_token(value)
        return vault.seal(value) if is_plain else vault.renewed(value)

    columns = await transactions.read(lambda uow: uow.keyring.columns())
    async for step in _walk(transactions, columns, anew):
        yield step


class SealOld:
    """A tick: what an earlier version stored in plain is sealed, a little at a time, once in the life of a database."""

    def __init__(self, transactions: Transactions, vault: Vault) -> None:
        self._transactions = transactions
        self._vault = vault
        self._steps: AsyncIterator[Step] | None = None
        self._sealed = 0
        self._done = False

    async def tick(self) -> None:
        if self._done or await self._is_done():
            return
        try:
            await self._go_on(self._steps or await self._begin())
        except BaseException:
            self._steps = None  # it has ended where it broke off: the next tick begins anew
            raise

    async def _go_on(self, steps: AsyncIterator[Step]) -> None:
        self._steps = steps
        for _ in range(_A_TICK):
            step = await anext(steps, None)
            if step is None:
                await self._finish()
                return
            self._sealed += step.changed

    async def _is_done(self) -> bool:
        if self._steps is None:
            kept = await self._transactions.read(lambda uow: uow.keyring.kept(_ALL))
            self._done = kept is not None
        return self._done

    async def _begin(self) -> AsyncIterator[Step]:
        columns = await self._transactions.read(lambda uow: uow.keyring.columns())
        return _walk(self._transactions, [column for column in columns if column.was_plain], self._seal)

    def _seal(self, _: SealedColumn, value: Stored) -> Stored:
        return (
            value
            if isinstance(value, bytes) or value in _EMPTY or is_token(value)
            else self._vault.seal(value)
        )

    async def _finish(self) -> None:
        await self._transactions.write(lambda uow: uow.keyring.keep(_ALL, self._vault.seal(_ALL)))
        self._done = True
        if self._sealed:
            log.info("what an earlier version stored in plain is sealed", values=self._sealed)


async def _walk(
    transactions: Transactions, columns: Sequence[SealedColumn], change: Change
) -> AsyncIterator[Step]:
    for column in columns:
        after: int | str | None = None
        while held := await _batch(transactions, column, after):
            after = held[-1].row
            yield await _renew(transactions, column, held, change)


async def _batch(transactions: Transactions, column: SealedColumn, after: int | str | None) -> list[Held]:
    limit = _LARGE_BATCH if column.large else _BATCH
    return await transactions.read(lambda uow: uow.keyring.batch(column, after=after, limit=limit))


async def _renew(
    transactions: Transactions, column: SealedColumn, batch: Sequence[Held], change: Change
) -> Step:
    wanted, unreadable = await asyncio.to_thread(_changes, column, batch, change)
    if wanted:
        await transactions.write(lambda uow: _replace(uow, column, wanted))
    return Step(column=column.name, seen=len(batch), changed=len(wanted), unreadable=unreadable)


def _replace(uow: UnitOfWork, column: SealedColumn, wanted: Sequence[tuple[Held, Stored]]) -> None:
    """What is another value by now was sealed by the program, with its own first key."""
    for held, value in wanted:
        uow.keyring.replace(column, held, value)


def _changes(
    column: SealedColumn, batch: Sequence[Held], change: Change
) -> tuple[list[tuple[Held, Stored]], int]:
    wanted, unreadable = [], 0
    for held in batch:
        try:
            value = change(column, held.value)
        except ValueError:
            unreadable += 1
            continue
        if value != held.value:
            wanted.append((held, value))
    return wanted, unreadable
