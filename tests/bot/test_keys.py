"""The key is proved at the start, changed while the program runs, and what was plain is sealed."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from bot.keys import SealOld, prove_key
from bot.rotation import rotate_keys
from bot.settings import Settings
from bot.settings_error import SettingsError
from domain.errors import StorageUnavailable
from domain.model.calendar import Connection
from domain.model.plan import PlanFile
from domain.model.queue import InboxItem, Source
from domain.model.step import Step, StepKind
from domain.ports import UnitOfWork
from storage.database import Database
from storage.uow import SqlUnitOfWork
from storage.vault import FernetVault
from tests.clock import MORNING, FrozenClock
from tests.storage import seeds

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
HEALTH, PDF = "low-potassium", b"%PDF-1.7 low-potassium"
ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def opened(url: str, *keys: str) -> AsyncIterator[tuple[Database, FernetVault]]:
    vault = FernetVault(keys)
    database = Database.from_url(url, vault)
    await database.open()
    yield database, vault
    await database.close()


def settings(url: str, *keys: str) -> Settings:
    given: dict[str, Any] = {
        "telegram_bot_token": SecretStr("1:a"),
        "paystack_secret_key": SecretStr("sk_test_1"),
        "database_url": SecretStr(url),
        "encryption_key": SecretStr(",".join(keys)),
    }
    return Settings(_env_file=None, **given)  # type: ignore[call-arg]


def fill(uow: UnitOfWork, vault: FernetVault, *, rows: int = 3) -> None:
    """Something in the columns of each kind: text, object, sealed by hand, sealed within, bytes."""
    practice = seeds.practice(uow)
    request = uow.requests.card_by_id(practice.request.id).request
    uow.requests.save(replace(request, message=HEALTH))
    for number in range(rows):
        item = replace(seeds.errand(f"k{number}", lane="l"), payload={"sealed": vault.seal(HEALTH)})
        uow.outbox.add(item)
        body = vault.seal(f'{{"text": "{HEALTH} {number}"}}')
        arrived = InboxItem(source=Source.TELEGRAM, key=str(number), lane="l", body=body, received_at=MORNING)
        uow.inbox.add([arrived], owner="o", lease_until=MORNING)
    uow.steps.put(
        Step(
            telegram_id=1, kind=StepKind.CLIENT_MESSAGE, subject=f"7:{vault.seal(HEALTH)}", expires_at=MORNING
        )
    )
    uow.connections.put(
        Connection(
            dietitian_id=practice.dietitian.id,
            account="ada@example.com",
            sealed_token=vault.seal("1//refresh"),
            scopes="s",
            connected_at=MORNING,
        )
    )
    file = PlanFile(
        public_id="F1",
        dietitian_id=practice.dietitian.id,
        name=f"{HEALTH}.pdf",
        size=len(PDF),
        sha256="0" * 64,
        pages=1,
        uploaded_at=MORNING,
    )
    uow.plan_files.add(file, vault.seal_bytes(PDF))


async def held(database: Database) -> list[Any]:
    """What is read of it all, opened."""

    def read(uow: UnitOfWork) -> list[Any]:
        assert isinstance(uow, SqlUnitOfWork)
        dietitian = uow.connection.execute(text("SELECT id FROM dietitians")).scalar_one()
        request = uow.connection.execute(text("SELECT id FROM requests")).scalar_one()
        step, connection = uow.steps.of(1), uow.connections.of(dietitian)
        bodies = [body for (body,) in uow.connection.execute(text("SELECT body FROM inbox ORDER BY id"))]
        assert step is not None
        assert connection is not None
        return [
            uow.requests.card_by_id(request).request.message,
            (step.subject or "").partition(":")[2],
            connection.sealed_token,
            *bodies,
            uow.plan_files.content(1),
            uow.plan_files.get(1).name,
        ]

    return await database.read(read)


def plain(vault: FernetVault, found: Sequence[Any]) -> list[Any]:
    message, step, token, *bodies, content, name = found
    opened = [vault.open(one) for one in (step, token, *bodies)]
    return [message, *opened, vault.open_bytes(content), name]


def expected(rows: int = 3) -> list[Any]:
    bodies = [f'{{"text": "{HEALTH} {number}"}}' for number in range(rows)]
    return [HEALTH, HEALTH, "1//refresh", *bodies, PDF, f"{HEALTH}.pdf"]


async def test_the_first_start_leaves_a_proof_and_another_key_is_refused(database_url: str) -> None:
    async with opened(database_url, OLD) as (database, vault):
        await prove_key(database, vault)
        await prove_key(database, vault)
    for keys in ((OTHER,), (NEW, OTHER)):
        async with opened(database_url, *keys) as (database, vault):
            with pytest.raises(SettingsError, match="ENCRYPTION_KEY: none of its keys"):
                await prove_key(database, vault)
    async with opened(database_url, NEW, OLD) as (database, vault):
        await prove_key(database, vault)


async def test_in_a_database_from_before_any_sealed_value_is_the_proof(database_url: str) -> None:
    async with opened(database_url, OLD) as (database, vault):
        await database.write(lambda uow: fill(uow, vault))
    async with opened(database_url, OTHER) as (database, vault):
        with pytest.raises(SettingsError, match="ENCRYPTION_KEY"):
            await prove_key(database, vault)
        assert await database.read(lambda uow: uow.keyring.kept("canary")) is None
    async with opened(database_url, NEW, OLD) as (database, vault):
        await prove_key(database, vault)
        assert await database.read(lambda uow: uow.keyring.kept("canary")) is not None


async def test_of_two_first_starts_with_two_keys_one_is_refused(database_url: str) -> None:
    async with opened(database_url, OLD) as (one, old), opened(database_url, NEW) as (other, new):
        proofs = (prove_key(one, old), prove_key(other, new))
        outcomes = await asyncio.gather(*proofs, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "SettingsError"]


async def test_all_is_put_under_the_first_key_and_the_old_one_can_be_taken_out(database_url: str) -> None:
    said: list[str] = []
    async with opened(database_url, OLD) as (database, vault):
        await prove_key(database, vault)
        await database.write(lambda uow: fill(uow, vault))
    assert await rotate_keys(settings(database_url, NEW, OLD), FrozenClock(), said.append) == 0
    assert "the others can be taken out" in said[-1]
    assert "plan_contents.sealed: 1 values, 1 of them sealed anew" in said
    assert "outbox.payload: 3 values, 3 of them sealed anew" in said
    assert said.index("pass 2") > said.index("pass 1")
    async with opened(database_url, NEW) as (database, vault):
        await prove_key(database, vault)
        assert plain(vault, await held(database)) == expected()
        claimed = await database.write(
            lambda uow: uow.outbox.claim(owner="o", now=MORNING, lease_until=MORNING, limit=9)
        )
        assert {vault.open(item.payload["sealed"]) for item in claimed} == {HEALTH}


async def test_without_the_rotation_the_new_key_alone_opens_nothing(database_url: str) -> None:
    """The negative control."""
    async with opened(database_url, OLD) as (database, vault):
        await database.write(lambda uow: fill(uow, vault))
    async with opened(database_url, NEW) as (database, _):
        with pytest.raises(ValueError, match="none of the keys"):
            await held(database)


async def test_what_no_key_opens_is_left_and_told(database_url: str) -> None:
    said: list[str] = []
    stranger = FernetVault([OTHER]).seal("x")
    async with opened(database_url, OLD) as (database, vault):
        await prove_key(database, vault)
        item = InboxItem(source=Source.PAYSTACK, key="e", lane="l", body=stranger, received_at=MORNING)
        await database.write(lambda uow: uow.inbox.add([item], owner="o", lease_until=MORNING))
    assert await rotate_keys(settings(database_url, NEW, OLD), FrozenClock(), said.append) == 0
    assert "inbox.body: 1 values that none of the keys opens were left as they are" in said


async def test_what_the_program_writes_meanwhile_is_not_overwritten(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the change somebody types the next word."""
    async with opened(database_url, OLD) as (database, vault):
        await prove_key(database, vault)
        await database.write(lambda uow: uow.steps.put(step("first")))
        write = Database.write

        async def interrupted(self: Database, work: Any) -> Any:
            if self is not database:
                await write(database, lambda uow: uow.steps.put(step("second")))
            return await write(self, work)

        monkeypatch.setattr(Database, "write", interrupted)
        assert (
            await rotate_keys(settings(database_url, NEW, OLD), FrozenClock(), lambda _: None) > 0
        )  # it writes with the old key still
        monkeypatch.undo()
        assert await database.read(lambda uow: uow.steps.of(1)) == step("second")


def step(subject: str) -> Step:
    return Step(telegram_id=1, kind=StepKind.SET_UP, subject=subject, expires_at=MORNING)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
async def test_a_rotation_that_was_killed_goes_on_where_it_was(database_url: str) -> None:
    rows = 1500
    async with opened(database_url, OLD) as (database, vault):
        await prove_key(database, vault)
        await database.write(lambda uow: fill(uow, vault, rows=rows))
    process = await rotating(database_url)
    async with opened(database_url, NEW, OLD) as (database, _):
        while await under(database, NEW) == 0:
            assert process.returncode is None
        process.kill()
        await process.wait()
        done = await under(database, NEW)
    assert 0 < done < 2 * rows
    again = await rotating(database_url)
    out, _ = await again.communicate()
    assert again.returncode == 0
    assert f" {2 * rows - done} of them" in _sum(out.decode())
    assert "taken out" in out.decode()
    async with opened(database_url, NEW) as (database, vault):
        assert plain(vault, await held(database)) == expected(rows)


async def rotating(database_url: str) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "TELEGRAM_BOT_TOKEN": "1:a",
        "PAYSTACK_SECRET_KEY": "sk_test_1",
        "DATABASE_URL": database_url,
        "ENCRYPTION_KEY": f"{NEW},{OLD}",
    }
    command = [sys.executable, "-m", "bot", "key", "rotate"]
    out = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT, stdout=out)


def _sum(said: str) -> str:
    """Of the many rows, in the first pass."""
    first = said.partition("pass 2")[0]
    found = re.findall(r"(?:inbox.body|outbox.payload): \d+ values, (\d+) of them", first)
    return f" {sum(map(int, found))} of them"


async def under(database: Database, key: str) -> int:
    """How many of the many rows this key alone opens."""
    fernet = Fernet(key)

    def count(uow: UnitOfWork) -> int:
        assert isinstance(uow, SqlUnitOfWork)
        rows = uow.connection.execute(text("SELECT body FROM inbox UNION ALL SELECT payload FROM outbox"))
        return sum(_opens(fernet, value.strip('"')) for (value,) in rows)

    return await database.read(count)


def _opens(fernet: Fernet, token: str) -> bool:
    try:
        fernet.decrypt(token)
    except Exception:  # noqa: BLE001 - whatever it is, it does not open
        return False
    return True


async def make_plain(database: Database) -> None:
    """As an earlier version stored them."""

    def write(uow: UnitOfWork) -> None:
        assert isinstance(uow, SqlUnitOfWork)
        for statement in (
            f"UPDATE requests SET message = '{HEALTH}'",
            f"""UPDATE outbox SET payload = '{{"words": "{HEALTH}"}}'""",
            f"""UPDATE inbox SET body = '{{"text": "{HEALTH}"}}' WHERE id = 2""",
            f"UPDATE plan_files SET name = '{HEALTH}.pdf'",
        ):
            uow.connection.execute(text(statement))

    await database.write(write)


async def stands_in_plain(database: Database) -> bool:
    def read(uow: UnitOfWork) -> bool:
        assert isinstance(uow, SqlUnitOfWork)
        tables = ("requests", "outbox", "inbox", "plan_files", "steps")
        return any(
            HEALTH in str(row)
            for name in tables
            for row in uow.connection.execute(text(f"SELECT * FROM {name}"))
        )

    return await database.read(read)


async def test_what_an_earlier_version_left_in_plain_is_sealed_once(database_url: str) -> None:
    async with opened(database_url, NEW) as (database, vault):
        await database.write(lambda uow: fill(uow, vault))
        await make_plain(database)
        assert await stands_in_plain(database)
        tick = SealOld(database, vault).tick
        while await database.read(lambda uow: uow.keyring.kept("all are sealed")) is None:
            await tick()
        assert not await stands_in_plain(database)
        found = await held(database)
        assert found[0] == HEALTH
        assert vault.open(found[4]) == f'{{"text": "{HEALTH}"}}'
        await make_plain(database)  # nothing looks again
        await tick()
        await SealOld(database, vault).tick()
        assert await stands_in_plain(database)


async def test_where_the_database_goes_away_it_begins_anew_and_does_not_think_it_is_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(database_url, NEW) as (database, vault):
        await database.write(lambda uow: fill(uow, vault))
        await make_plain(database)
        sealing = SealOld(database, vault)

        async def away(*_: object) -> None:
            raise StorageUnavailable("gone")

        with monkeypatch.context() as broken:
            broken.setattr(Database, "write", away)
            with pytest.raises(StorageUnavailable):
                await sealing.tick()
        while await stands_in_plain(database):
            await sealing.tick()
