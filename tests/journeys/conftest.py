"""The fixtures of the journeys: a stage on which the real program serves a seeded practice."""

from tests.journeys.staging import _postgres_url, _seeded_files, engine_name, launch, open_stage

__all__ = ["_postgres_url", "_seeded_files", "engine_name", "launch", "open_stage"]
