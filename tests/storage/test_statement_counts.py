"""However much there is, a list or a card takes as many statements: a page is read, and nothing for each row of it.

What it costs in time is measured by `python -m benchmarks scale`, by the same walks over the same practice.
"""

from pathlib import Path

import pytest

from benchmarks.scale import practice
from benchmarks.sizes import HUNDREDS, TEN
from benchmarks.walks import WALKS


@pytest.mark.timeout(180)
async def test_no_list_or_card_takes_more_statements_where_there_is_more(tmp_path: Path) -> None:
    walks = [walk for walk in WALKS if not walk.draws]
    assert {"client", "dietitian", "admin"} == {walk.name.partition(":")[0] for walk in walks}
    async with practice(tmp_path, TEN) as ten, practice(tmp_path, HUNDREDS) as hundreds:
        grown = []
        for walk in walks:
            few, many = [(await one.walk(walk))[1] for one in (ten, hundreds)]
            assert few > 0, walk.name
            if many != few:
                grown.append(f"{walk.name}: {few} statements with ten, {many} with hundreds")
    assert grown == []
