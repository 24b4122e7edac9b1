"""The program in the test's own event loop, on both engines."""

import pytest

from tests.handlers.still_plotter import StillPlotter
from tests.rig import rig

__all__ = ["rig"]


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.world.SubprocessPlotter", StillPlotter)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The look back over all buttons comes last: what the others have not pressed yet it would come to by itself."""
    items.sort(key=lambda item: item.name.startswith("test_the_tour_passes_every_button_there_is"))
