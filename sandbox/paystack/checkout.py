"""The page behind `authorization_url`: what a payer may do, and what may go wrong on the way."""

import html
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib.resources import files
from string import Template
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from sandbox.paystack.ledger import Ledger
from sandbox.paystack.model import Clock, Status, Transaction
from sandbox.paystack.schedule import Schedule
from sandbox.paystack.webhooks import Delivery, Mode

_PAGES = files("sandbox.paystack") / "pages"
_CHANNELS = {"card": "Card", "bank_transfer": "Bank transfer", "ussd": "USSD", "bank": "Bank account"}
_LAGOS = timedelta(hours=1)  # UTC+1 all the year

Pay = Callable[..., Awaitable[Transaction]]


def money(subunits: int, currency: str) -> str:
    symbol = "₦" if currency == "NGN" else f"{currency} "
    return f"{symbol}{subunits // 100:,}.{subunits % 100:02d}"


class Checkout:
    """GET shows, POST does; every POST ends in a redirect."""

    def __init__(self, *, clock: Clock, ledger: Ledger, schedule: Schedule, pay: Pay) -> None:
        self.merchant = "Dietdesk practice"
        self._clock = clock
        self._ledger = ledger
        self._schedule = schedule
        self._pay = pay

    async def show(self, request: web.Request) -> web.Response:
        transaction = self._found(request)
        if transaction.paid:
            return _page("done.html", title="Paid", **self._words(transaction))
        if "closed" in request.query:
            return _page("closed.html", title="Checkout closed", **self._words(transaction))
        words = self._words(transaction)
        return _page(
            "checkout.html",
            title="Checkout",
            code=html.escape(transaction.access_code),
            channels=_channel_choice(transaction),
            notice=self._notice(transaction),
            **words,
        )

    async def act(self, request: web.Request) -> web.Response:
        transaction = self._found(request)
        if transaction.paid:
            return _to(_own_page(transaction))
        form = {name: str(value) for name, value in (await request.post()).items()}
        match request.match_info["action"]:
            case "fail":
                self._ledger.decline(transaction)
                return _to(_own_page(transaction))
            case "abandon":
                return _to(_cancelled(transaction))
            case "pay-later":
                self._plan(transaction, form)
                return _to(_own_page(transaction))
            case "pay" | "pay-twice" | "pay-wrong" as action:
                await self._pay_now(transaction, action, form)
                return _to(_returned(transaction))
        raise web.HTTPNotFound

    async def _pay_now(self, transaction: Transaction, action: str, form: dict[str, str]) -> None:
        amount = max(transaction.requested // 2, 100) if action == "pay-wrong" else None
        by = Delivery(Mode.TWICE_AT_ONCE) if action == "pay-twice" else None
        channel, send = _chosen(transaction, form), "lose_webhook" not in form
        if isinstance(transaction.metadata, dict):  # Checkout adds itself to what the shop sent
            transaction.metadata = {**transaction.metadata, "referrer": "https://checkout.paystack.com/"}
        await self._pay(transaction.reference, channel, amount=amount, send_webhook=send, delivery=by)

    def _plan(self, transaction: Transaction, form: dict[str, str]) -> None:
        channel, send = _chosen(transaction, form), "lose_webhook" not in form
        minutes = form.get("minutes", "")
        if not minutes.isdigit() or not 1 <= int(minutes) <= 7 * 24 * 60:
            raise web.HTTPBadRequest(text="minutes: a whole number from 1 to 10080")

        async def pay() -> None:
            if not transaction.paid:
                await self._pay(transaction.reference, channel, send_webhook=send)

        transaction.status = Status.ONGOING
        transaction.pay_at = self._schedule.after(int(minutes) * 60, pay)

    def _found(self, request: web.Request) -> Transaction:
        found = self._ledger.by_access_code(request.match_info["access_code"])
        if found is None:
            raise web.HTTPNotFound(text="There is no such checkout.")
        return found

    def _words(self, transaction: Transaction) -> dict[str, str]:
        words = {
            "merchant": self.merchant,
            "amount": money(
                transaction.amount if transaction.paid else transaction.requested, transaction.currency
            ),
            "payer": transaction.label or transaction.email,
            "reference": transaction.reference,
        }
        return {name: html.escape(word) for name, word in words.items()}

    def _notice(self, transaction: Transaction) -> str:
        if transaction.pay_at is not None:
            at = f"{transaction.pay_at + _LAGOS:%H:%M:%S}"
            now = f"{self._clock.now() + _LAGOS:%H:%M}"
            return _banner("planned", f"This will be paid at {at} in Lagos. It is {now} now.")
        if transaction.status is Status.FAILED:
            return _banner("declined", "The bank declined this payment. You can try again.")
        return ""


def _banner(name: str, text: str) -> str:
    return f'<p class="notice {name}" role="status" data-testid="{name}">{html.escape(text)}</p>'


def _offered(transaction: Transaction) -> list[str]:
    return [name for name in _CHANNELS if name in transaction.channels] or ["card", "bank_transfer"]


def _chosen(transaction: Transaction, form: dict[str, str]) -> str:
    offered = _offered(transaction)
    return form["channel"] if form.get("channel") in offered else offered[0]


def _channel_choice(transaction: Transaction) -> str:
    def choice(place: int, name: str) -> str:
        checked = " checked" if place == 0 else ""
        box = f'<input type="radio" name="channel" value="{name}" data-testid="channel-{name}"{checked}>'
        return f"<label>{box}<span>{_CHANNELS[name]}</span></label>"

    return "".join(choice(place, name) for place, name in enumerate(_offered(transaction)))


def _to(url: str) -> web.Response:
    return web.Response(status=303, headers={"Location": url})


def _own_page(transaction: Transaction) -> str:
    """Relative to /checkout/{access_code}/{action}, so that any mount point will do."""
    return f"../{transaction.access_code}"


def _returned(transaction: Transaction) -> str:
    """Paystack appends both names of the reference; reaching this address proves nothing."""
    url = transaction.callback_url
    if not url:
        return _own_page(transaction)
    glue = "&" if urlsplit(url).query else "?"
    return f"{url}{glue}{urlencode({'trxref': transaction.reference, 'reference': transaction.reference})}"


def _cancelled(transaction: Transaction) -> str:
    asked = transaction.metadata.get("cancel_action") if isinstance(transaction.metadata, dict) else None
    if isinstance(asked, str) and asked.startswith(("http://", "https://")):
        return asked
    return _returned(transaction) if transaction.callback_url else f"{_own_page(transaction)}?closed=1"


def _page(name: str, **words: str) -> web.Response:
    style = (_PAGES / "checkout.css").read_text(encoding="utf-8")
    inner = Template((_PAGES / name).read_text(encoding="utf-8")).substitute(words)
    frame = Template((_PAGES / "frame.html").read_text(encoding="utf-8"))
    text = frame.substitute(title=words["title"], style=style, inner=inner)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, content_type="text/html", headers=headers)
