"""A stage with a practice on it: a copy of one seeded file on SQLite, a seeded database on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from sandbox.stage import Launch, Stage
from tests.engines import Postgres
from tests.journeys.warm import in_a_warm_process
from tests.journeys.written import assert_nothing_leaked

OpenStage: TypeAlias = Callable[..., AbstractAsyncContextManager[Stage]]
_FILE = "dietdesk.db"


@pytest.fixture(scope="session")
def _seeded_files() -> dict[str, Path]:
    return {}


@pytest.fixture
def engine_name() -> str:
    """SQLite, where a test does not name another."""
    return "sqlite"


@pytest.fixture
def _postgres_url(engine_name: str, request: pytest.FixtureRequest) -> Iterator[str | None]:
    if engine_name == "sqlite":
        yield None
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.give_back(url)


@pytest.fixture
def launch() -> Launch:
    return in_a_warm_process


@pytest.fixture
def open_stage(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    _seeded_files: dict[str, Path],
    _postgres_url: str | None,
    launch: Launch,
) -> OpenStage:
    """`async with open_stage(mode="webhook") as stage`: seeded unless told not to, and the program serves."""

    @asynccontextmanager
    async def opened(*, start: bool = True, seeded: bool = True, **settings: Any) -> AsyncIterator[Stage]:
        async with Stage(directory=tmp_path, database_url=_postgres_url, launch=launch, **settings) as stage:
            stage.clock.advance(_until_monday(stage.clock.now()))
            if seeded and _postgres_url is not None:
                await stage.seed()
            elif seeded:
                await _put_seeded(stage, _seeded_files, tmp_path_factory)
            stage.google.pending_gets = 1
            if start:
                await stage.start()
            yield stage
            await assert_nothing_leaked(stage)
            await stage.kill()  # faster than a goodbye, which has a test of its own

    return opened


def _until_monday(now: datetime) -> timedelta:
    """To 08:00 in Lagos: which days and times are free must not depend on when the tests are run."""
    morning = now.replace(hour=7, minute=0, second=0, microsecond=0)
    return morning + timedelta(days=7 - now.weekday()) - now


async def _put_seeded(stage: Stage, files: dict[str, Path], factory: pytest.TempPathFactory) -> None:
    name = str(stage.practice)
    if name not in files:
        await stage.seed()
        files[name] = factory.mktemp("seeded") / _FILE
        shutil.copyfile(stage.directory / _FILE, files[name])
        return
    shutil.copyfile(files[name], stage.directory / _FILE)
