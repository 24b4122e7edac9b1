"""The program in the test's own event loop, on both engines."""

import pytest

from tests.handlers.still_plotter import StillPlotter
from tests.rig import rig

__all__ = ["rig"]


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.world.SubprocessPlotter", StillPlotter)
