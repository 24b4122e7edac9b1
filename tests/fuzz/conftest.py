"""How many inputs: 5,000 all together, or as many as `DIETDESK_FUZZ` says, and then other ones each time."""

import pytest

from tests.handlers.still_plotter import StillPlotter


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.world.SubprocessPlotter", StillPlotter)
