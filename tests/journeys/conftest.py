"""The fixtures of the journeys: a stage on which the real program serves a seeded practice."""

import pytest

pytest.register_assert_rewrite(
    "tests.journeys.checks", "tests.journeys.consultation", "tests.journeys.written", "tests.faults.crowd"
)

from tests.journeys.staging import _postgres_url, _seeded_files, engine_name, open_stage  # noqa: E402

__all__ = ["_postgres_url", "_seeded_files", "engine_name", "open_stage"]
