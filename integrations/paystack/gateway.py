"""The Paystack API, as far as the practice needs it (Paystack docs: API reference).

Reading is tried again for a few seconds at most. Writing is never tried again here: only the caller, who has
stored the reference, can find out what became of it.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, TypeAlias, TypeVar
from urllib.parse import quote

import httpx
import stamina

from domain.errors import ChargeNotFound, GatewayUnavailable
from domain.model.charge import Charge
from domain.model.refund import Bank, ReportedRefund, ResolvedAccount
from integrations.paystack import answers, faults

T = TypeVar("T")
Json: TypeAlias = dict[str, Any]

_TIMEOUT = httpx.Timeout(15.0, connect=5.0)
_NO_PROXY_TO_OURSELVES = {f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")}
_NIGERIAN_CHANNELS = ("card", "bank_transfer", "ussd", "bank")
_REFERENCE = re.compile(r"(?!\.+$)[A-Za-z0-9._=-]{1,200}")  # other sellers on the account may use `_`
_MAX_PAGE = 100


class PaystackGateway:
    """`api_url` without a trailing path. A `client` given is used and not closed."""

    def __init__(self, *, secret_key: str, api_url: str, client: httpx.AsyncClient | None = None) -> None:
        self._api_url = api_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {secret_key}", "Accept": "application/json"}
        self._client = client or httpx.AsyncClient(mounts=_NO_PROXY_TO_OURSELVES)
        self._owns_client = client is None

    async def aclose(self) -> None:
        if self._owns_client:
            await self._client.aclose()

    async def initialize(
        self, *, reference: str, amount: int, currency: str, email: str, callback_url: str | None
    ) -> str:
        """The `authorization_url`. A reference used before: `GatewayRefused`, code `duplicate_reference`."""
        body: Json = {"email": email, "amount": amount, "currency": currency, "reference": reference}
        # A JSON string keeps its types. Others read it on the dashboard: nothing in it but the order.
        metadata = {"order_id": reference}
        if callback_url is not None:
            metadata["cancel_action"] = body["callback_url"] = callback_url
        if currency == "NGN":
            body["channels"] = list(_NIGERIAN_CHANNELS)
        body["metadata"] = json.dumps(metadata)
        return await self._post(
            "/transaction/initialize",
            body,
            lambda data: answers.read_authorization_url(data, reference=reference),
        )

    async def verify(self, reference: str) -> Charge:
        """What became of a reference. Safe for one that came from outside."""
        if not _REFERENCE.fullmatch(reference):
            raise ChargeNotFound("no reference looks like this")
        charge = await self._get(f"/transaction/verify/{quote(reference, safe='')}", {}, answers.read_charge)
        if charge.reference != reference:
            raise GatewayUnavailable("Paystack answered about another reference")
        return charge

    async def list_transactions(
        self,
        *,
        page: int = 1,
        per_page: int = 50,
        status: str | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
    ) -> list[Charge]:
        """Newest first, the last page shorter. `status`: success, failed, abandoned or reversed."""
        query: Json = {"page": page, "perPage": per_page, "status": status}
        query |= {"from": after and after.isoformat(), "to": before and before.isoformat()}
        return await self._get("/transaction", query, _each(answers.read_charge))

    async def list_refunds(
        self, *, page: int = 1, per_page: int = 50, after: datetime | None = None
    ) -> list[ReportedRefund]:
        """Of every transaction, newest first."""
        query = {"page": page, "perPage": per_page, "from": after and after.isoformat()}
        return await self._get("/refund", query, _each(answers.read_refund))

    async def fetch_refunds(self, transaction_id: int) -> list[ReportedRefund]:
        """By Paystack's own number of the transaction: with a reference the list is always empty."""
        query = {"transaction": transaction_id, "perPage": _MAX_PAGE}
        return await self._get("/refund", query, _each(answers.read_refund))

    async def refund(
        self, reference: str, *, amount: int | None = None, merchant_note: str | None = None
    ) -> ReportedRefund:
        """Not idempotent: look at `fetch_refunds` before asking again. `amount` None: the whole original."""
        body = {"transaction": reference, "amount": amount, "merchant_note": merchant_note}
        return await self._post("/refund", _given(body), answers.read_refund)

    async def retry_refund(
        self, refund_id: int, *, currency: str, account_number: str, bank_id: int
    ) -> ReportedRefund:
        """Only for a refund that needs attention; Paystack refuses it in any other state."""
        details = {"currency": currency, "account_number": account_number, "bank_id": str(bank_id)}
        path = f"/refund/retry_with_customer_details/{refund_id}"
        return await self._post(path, {"refund_account_details": details}, answers.read_refund)

    async def resolve_account(self, *, account_number: str, bank_code: str) -> ResolvedAccount:
        query = {"account_number": account_number, "bank_code": bank_code}
        return await self._get("/bank/resolve", query, answers.read_account)

    async def banks(self, currency: str = "NGN") -> list[Bank]:
        return await self._get("/bank", {"currency": currency}, _each(answers.read_bank))

    async def ping(self) -> None:
        """Cheap, and refused with code `invalid_key` where the key is wrong (the list of banks is public)."""
        await self._get("/transaction", {"perPage": 1}, answers.a_list)

    async def _get(self, path: str, query: Json, read: Callable[[Any], T]) -> T:
        tries = stamina.retry_context(
            on=_worth_another_try, attempts=3, timeout=4.0, wait_initial=0.1, wait_max=1.0, wait_jitter=0.2
        )
        async for attempt in tries:
            with attempt:
                return await self._call("GET", path, read, query=_given(query))
        raise AssertionError("unreachable")  # the last attempt returns or raises

    async def _post(self, path: str, body: Json, read: Callable[[Any], T]) -> T:
        return await self._call("POST", path, read, body=body)

    async def _call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        read: Callable[[Any], T],
        *,
        query: Json | None = None,
        body: Json | None = None,
    ) -> T:
        writes = method == "POST"
        try:
            response = await self._client.request(
                method,
                self._api_url + path,
                params=query,
                json=body,
                headers=self._headers,
                timeout=_TIMEOUT,
            )
        except faults.TRANSPORT as fault:
            raise faults.from_transport(fault, writes=writes) from fault
        return _understood(response, read, writes=writes)


def _understood(response: httpx.Response, read: Callable[[Any], T], *, writes: bool) -> T:
    body = _json_object(response)
    if body is None:
        raise faults.unreadable(response, writes=writes)
    if not response.is_success or body.get("status") is not True:
        raise faults.from_answer(response, body, writes=writes)
    try:
        return read(body.get("data"))
    except ValueError as wrong:
        raise faults.unreadable(response, writes=writes, why=str(wrong)) from None


def _worth_another_try(error: Exception) -> bool:
    return isinstance(error, GatewayUnavailable)


def _json_object(response: httpx.Response) -> Json | None:
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _given(values: Json) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def _each(read: Callable[[Any], T]) -> Callable[[Any], list[T]]:
    return lambda data: [read(item) for item in answers.a_list(data)]
