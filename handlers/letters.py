"""What goes out by e-mail: plain text and HTML that say the same."""

from dataclasses import dataclass
from html import escape

from domain.model.views import RequestCard
from handlers.screens.parts import what


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    subject: str
    text: str
    html: str
    files: tuple[tuple[str, str, bytes], ...] = ()  # name, MIME type, content


def request_letter(card: RequestCard, link: str) -> Letter:
    """To a client who has not opened the chat yet. `link` belongs to the first person who opens it."""
    hello = f"Hello {card.request.client_name or ''}".strip()
    offer = f"{card.dietitian.name} has sent you a request: "
    closing = "Open it in Telegram to approve or decline. The link works once and is meant for you alone."
    words = card.request.message or ""
    title = f"{card.request.title or 'Session'}"
    text = f"{hello},\n\n{offer}{title}.\n\n{words}\n\n{closing}\n{link}\n"
    said = f"<blockquote>{escape(words)}</blockquote>" if words else ""
    html = (
        f"<p>{escape(hello)},</p><p>{escape(offer)}{what(card.request)}.</p>{said}<p>{closing}</p>"
        f'<p><a href="{escape(link)}">Open in Telegram</a></p>'
    )
    return Letter(subject=f"{card.dietitian.name} has sent you a request", text=text, html=html)


def plan_letter(card: RequestCard, note: str | None) -> Letter:
    """With the PDF attached, to a client whose chat is closed to us."""
    hello = f"Hello {card.request.client_name or (card.client.name if card.client else '')}".strip()
    sent = (
        f"{card.dietitian.name} has sent you your plan: {card.request.title or 'Meal plan'}. It is attached."
    )
    closing = "You get it by e-mail because Telegram did not let us write to you."
    words = f"{note}\n\n" if note else ""
    said = f"<blockquote>{escape(note)}</blockquote>" if note else ""
    return Letter(
        subject=f"Your plan from {card.dietitian.name}",
        text=f"{hello},\n\n{sent}\n\n{words}{closing}\n",
        html=f"<p>{escape(hello)},</p><p>{escape(sent)}</p>{said}<p>{closing}</p>",
    )
