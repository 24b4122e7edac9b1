"""The program in the test's own event loop, on both engines; and, for a few, in processes of its own."""

from tests.journeys.staging import _postgres_url, _seeded_files, launch, open_stage
from tests.rig import rig

__all__ = ["_postgres_url", "_seeded_files", "launch", "open_stage", "rig"]
