"""A time that one who waits could have."""

from datetime import datetime

from domain.model.message import Message
from domain.model.views import RequestCard
from handlers.callbacks import instant_argument
from handlers.notices.facts import Facts
from handlers.screens.waiting_list import start_in_words
from handlers.screens.waiting_list import time_free as screen


def time_free(facts: Facts, card: RequestCard) -> Message | None:
    """Not for what somebody has taken meanwhile, nor for one who waits no longer."""
    if facts.wish is None:
        return None
    start = datetime.fromisoformat(facts.notice.detail["start"])
    return screen(card, start_in_words(card, start, facts.timezone), instant_argument(start), facts.wish)
