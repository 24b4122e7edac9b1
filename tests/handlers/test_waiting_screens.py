"""The waiting list's screens and those of the time zone with the longest and the most hostile names."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from domain.model.message import Message
from domain.model.places import Found, Place
from domain.model.wish import WISH_LIVES, Wish
from domain.usecases.waiting_list import Waits
from handlers.screens import waiting_list, zones
from handlers.screens.waiting_list import Choice
from tests.clock import MORNING
from tests.handlers.test_screens import START, ZONE, cards, filled, is_within_the_limits
from tests.rig import HOSTILE

WISH = Wish(
    request_id=3, dietitian_id=1, client_id=2, timezone=ZONE, weekdays=(0, 1, 2, 3, 4, 5), opens=1, closes=1439,
    created_at=MORNING, expires_at=MORNING + WISH_LIVES,
)  # fmt: skip


def screens(word: str) -> Iterator[Message]:
    card = next(cards(word))
    elsewhere = replace(card, dietitian=replace(card.dietitian, timezone="Pacific/Chatham"))
    start = waiting_list.start_in_words(elsewhere, START, ZONE)
    for wish, choice in ((None, Choice()), (WISH, Choice(bits=126, opens=600, closes=1439))):
        for suiting in (0, 1, 999):
            yield waiting_list.wish_screen(Waits(card=card, wish=wish, suiting=suiting), choice, ZONE)
        yield waiting_list.gone(card, start, wish)
    yield waiting_list.time_free(card, start, "20261103T0900Z", WISH)
    yield waiting_list.ask_hours(card, Choice(), ZONE)
    yield waiting_list.given_up(card)
    places = [Place(name=filled(word, 200), country=filled(word, 200), zone=ZONE)] * 6
    for exact in (True, False):
        yield zones.which(Found(places=places, exact=exact), MORNING, ZONE)
    yield from (zones.share_place(), zones.not_shared(), zones.nowhere())
    yield from (zones.located(ZONE, MORNING), zones.offer(ZONE, MORNING))


@pytest.mark.parametrize("word", ["x", "<", "&", "🌸", "ﷺ", HOSTILE])
def test_the_longest_of_everything_fits(word: str) -> None:
    shown = list(screens(word))
    assert len(shown) > 15
    for message in shown:
        is_within_the_limits(message)


def test_a_zone_is_named_for_both_where_they_differ() -> None:
    card = next(cards("x"))
    elsewhere = replace(card, dietitian=replace(card.dietitian, name="Dr Ada", timezone="Europe/London"))
    assert waiting_list.start_in_words(elsewhere, START, "Africa/Lagos").endswith(
        "(Africa/Lagos), 09:00 for Dr Ada (Europe/London)"
    )
