"""PostgreSQL away for some seconds: what was pressed and paid meanwhile is worked when it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from sandbox.stage import Stage
from tests.engines import Postgres
from tests.journeys.checks import assert_all_well, assert_log_is_clean
from tests.journeys.consultation import APPROVES, BOOKS, PAYS, TO_PAY, Consultation
from tests.journeys.staging import OpenStage

pytestmark = [pytest.mark.processes, pytest.mark.postgres]


@asynccontextmanager
async def away(server: Postgres, stage: Stage) -> AsyncIterator[None]:
    """Every connection is ended, and under its name the database is not found."""
    name = make_url(stage.environment()["DATABASE_URL"]).database
    _psql(
        server,
        f"""ALTER DATABASE "{name}" ALLOW_CONNECTIONS false;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';
        SELECT pg_sleep(0.2);
        ALTER DATABASE "{name}" RENAME TO "{name}_away";""",
    )
    yield
    _psql(
        server,
        f"""ALTER DATABASE "{name}_away" RENAME TO "{name}";
        ALTER DATABASE "{name}" ALLOW_CONNECTIONS true;""",
    )


def _psql(server: Postgres, commands: str) -> None:
    server._psql(commands)


@pytest.mark.parametrize("engine_name", ["postgres"])
async def test_what_came_while_the_database_was_away_is_worked(
    open_stage: OpenStage, postgres: Postgres
) -> None:
    async with open_stage() as stage:
        journey = Consultation(stage=stage)
        await journey.go(TO_PAY[: TO_PAY.index(APPROVES)])
        async with away(postgres, stage):
            approving = asyncio.get_running_loop().create_task(journey.client.press("Approve", timeout=20))
            await asyncio.sleep(2)
        await approving
        await journey.see(APPROVES, seconds=20)
        await journey.go(BOOKS[1:])
        async with away(postgres, stage):
            await journey.pay()
            assert [attempt.status for attempt in stage.paystack.attempts] != [200], (
                "not stored, not answered 200"
            )
            await asyncio.sleep(1)
        await journey.see(PAYS, seconds=40)
        await assert_all_well(journey, events=0)
        assert_log_is_clean(stage)
