"""Pages for browsers: few words, no script, no cookie, a way back to the chat."""

import re
from html import escape

from aiohttp import web

from domain.errors import GatewayError, StorageUnavailable
from domain.model.settlement import Verdict
from domain.usecases.settle_payment import Settled
from webhooks.doors import DOORS
from webhooks.visits import DRAINS_IN, VISITS

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
:root {{ color-scheme: light dark }}
body {{ font: 17px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1.25rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }}
a.go {{ display: inline-block; margin: 1rem 0; padding: .7rem 1.2rem; border-radius: .6rem;
  background: #1a73c7; color: #fff; text-decoration: none }}
footer {{ margin-top: 3rem; font-size: .85rem; opacity: .75 }}
</style></head><body><main><h1>{title}</h1>{body}{back}</main>
<footer><a href="{privacy}">Privacy policy</a></footer></body></html>
"""
_REFERENCE = re.compile(r"[A-Za-z0-9.=-]{1,100}")
# The page's own style, beside what goes for every answer (`webhooks.app`).
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
}


def page(
    request: web.Request, title: str, *paragraphs: str, status: int = 200, retry_after: float | None = None
) -> web.Response:
    """`retry_after`: seconds until it is worth asking again."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    response = _html(request, title, body, status=status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(round(retry_after))
    return response


def _html(request: web.Request, title: str, body: str, *, status: int = 200) -> web.Response:
    bot = escape(request.app[DOORS].bot_username())
    back = f'\n<a class="go" href="https://t.me/{bot}">Back to the chat</a>' if bot else ""
    # relative, so that it holds behind a proxy that serves us under a path of its own
    privacy = "../privacy" if request.path.count("/") > 1 else "privacy"
    text = _PAGE.format(title=escape(title), body=body, back=back, privacy=privacy)
    return web.Response(text=text, content_type="text/html", status=status, headers=_HEADERS)


async def index(request: web.Request) -> web.Response:
    return page(
        request,
        "Dietdesk",
        "A dietitian's practice inside Telegram. Everything happens in the chat with the bot.",
    )


async def privacy(request: web.Request) -> web.Response:
    """The whole policy; the notices in the chat are made of the same words."""
    body = "".join(
        f"<h2>{escape(section.title)}</h2>" + "".join(f"<p>{escape(line)}</p>" for line in section.lines)
        for section in request.app[DOORS].policy.sections()
    )
    return _html(request, "Privacy policy", body)


async def payment_return(request: web.Request) -> web.Response:
    """Where Paystack sends the payer back to. Being here proves nothing: Paystack is asked."""
    given = request.query.get("reference") or request.query.get("trxref") or ""
    reference = given if _REFERENCE.fullmatch(given) else ""  # anybody can write anything here
    if reference and not request.app[VISITS].may_ask(reference):
        return page(
            request,
            "We are checking your payment",
            "This page was opened many times just now. Nothing is lost: you will be told in the chat. "
            "Look again here in a minute.",
            status=429,
            retry_after=DRAINS_IN,
        )
    try:
        settled = await request.app[DOORS].settle(reference=reference)
    except (GatewayError, StorageUnavailable):
        return page(
            request,
            "We are checking your payment",
            "Paystack isn't answering just now. Nothing is lost: you will be told in the chat.",
            status=503,
        )
    title, words, status = _outcome(settled)
    return page(request, title, words, status=status)


def _outcome(settled: Settled) -> tuple[str, str, int]:
    match settled.verdict:
        case None:
            return (
                "We don't know this payment",
                "Nothing has changed. Go back to the chat to see your bookings.",
                404,
            )
        case Verdict.VALUE | Verdict.ALREADY_SETTLED:
            return _settled(settled)
        case Verdict.NOT_PAID:
            return (
                "No payment yet",
                (
                    "Paystack has not seen the money yet. If you have paid, it can take a few minutes; you will be told in "
                    "the chat."
                ),
                200,
            )
        case Verdict.REVERSED:
            return "This payment went back", "The money was returned to you.", 200
        case _:
            return _NOT_AS_MEANT


_NOT_AS_MEANT = (
    "Your money is safe",
    "It arrived, but it could not be used as it was meant to be. The chat tells you what happens next.",
    200,
)


def _settled(settled: Settled) -> tuple[str, str, int]:
    payment = settled.payment
    if payment is None or payment.outcome_reason != Verdict.VALUE:
        return _NOT_AS_MEANT
    if settled.card is not None and settled.card.booking is None:
        return "Paid", "Thank you. Your plan arrives in the chat.", 200
    return "Paid and confirmed", "Your booking is confirmed. The details are in the chat.", 200
