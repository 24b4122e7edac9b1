"""How a session was: the client's stars and a word."""

from datetime import datetime

from domain.model.attendance import MOST_STARS, Review
from domain.model.booking import Booking
from domain.model.message import Message
from domain.model.people import Role
from domain.model.views import RequestCard
from domain.usecases.review_session import WORDS_LIMIT
from domain.usecases.session_card import Beside
from handlers.callbacks import Verb
from handlers.formats import safe
from handlers.screens.attend import other_name, title_of
from handlers.screens.parts import HOME, on, rows, when


def stars_words(review: Review) -> str:
    return "★" * review.stars + "☆" * (MOST_STARS - review.stars)


def reviewed(beside: Beside) -> list[str]:
    """The dietitian's and the client's own view of what was said."""
    if beside.review is None:
        return []
    said = f"\n<blockquote>{safe(beside.words)}</blockquote>" if beside.words else ""
    return [f"{stars_words(beside.review)}{said}"]


def rating(card: RequestCard, booking: Booking, beside: Beside, timezone: str, now: datetime) -> Message:
    """The client's: so many stars, and a word."""
    name = other_name(card, Role.CLIENT)
    known = beside.review
    text = [f"⭐ How was <b>{title_of(card)}</b> with {name}?\n🗓 {when(booking, timezone)}"]
    text.append(f"Only {name} sees what you say here. You need not answer.")
    if known is not None:
        text[1:] = ["Your rating, which only the dietitian sees:", *reviewed(beside)]
    open_still = known is None or known.can_change_at(now)
    text.append("You can change it for a week." if open_still and known else "")
    stars = [
        on(card, f"{'• ' if known and known.stars == one else ''}{one} ⭐", Verb.RATE, str(one))
        for one in range(1, MOST_STARS + 1)
    ]
    word = on(card, "✏️ Change the word" if beside.words else "✏️ Add a word", Verb.REVIEW_WORDS)
    return Message(
        text="\n".join(line for line in text if line),
        rows=rows(
            stars if open_still else [],
            [word] if open_still and known else [],
            [on(card, "🔎 Details", Verb.BOOKING), HOME],
        ),
    )


def ask_words(card: RequestCard) -> Message:
    return Message(
        text=f"Type a word for {other_name(card, Role.CLIENT)}, up to {WORDS_LIMIT:,} characters, for example <i>You explained "
        "it well.</i>\nIt is stored encrypted, and nobody else sees it.",
        rows=rows([on(card, "← Back", Verb.RATE)]),
    )
