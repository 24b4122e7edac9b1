"""The API proper: what api.paystack.co would answer."""

import hmac
import json

from aiohttp import web

from sandbox.paystack import banks, listing, refusals, shapes
from sandbox.paystack.initialize import read_order
from sandbox.paystack.ledger import Ledger
from sandbox.paystack.model import Json
from sandbox.paystack.refunds import Refunds
from sandbox.paystack.refusals import RefusedError


class Api:
    """Every handler answers an envelope, or raises RefusedError."""

    def __init__(self, *, secret_key: str, public_url: str, ledger: Ledger, refunds: Refunds) -> None:
        self.public_url = public_url
        self.default_currency = "NGN"
        self._secret_key = secret_key
        self._ledger = ledger
        self._refunds = refunds

    def authorize(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._secret_key}".encode()):
            raise refusals.invalid_key()

    async def initialize(self, request: web.Request) -> Json:
        order = read_order(await _body(request), default_currency=self.default_currency)
        opened = self._ledger.open(order)
        data = {
            "authorization_url": f"{self.public_url.rstrip('/')}/checkout/{opened.access_code}",
            "access_code": opened.access_code,
            "reference": opened.reference,
        }
        return _said("Authorization URL created", data)

    async def verify(self, request: web.Request) -> Json:
        found = self._ledger.find(request.match_info["reference"])
        if found is None:
            raise refusals.transaction_not_found(status=400)
        return _said("Verification successful", shapes.verified(found))

    async def list_transactions(self, request: web.Request) -> Json:
        rows, meta = listing.transactions(self._ledger.transactions, request.query)
        return {**_said("Transactions retrieved", [shapes.listed(row) for row in rows]), "meta": meta}

    async def transaction(self, request: web.Request) -> Json:
        found = self._ledger.by_id(request.match_info["id"])
        if found is None:
            raise refusals.transaction_not_found("Transaction ID not found", status=404)
        return _said("Transaction retrieved", shapes.verified(found))

    async def create_refund(self, request: web.Request) -> Json:
        refund = self._refunds.create(await _body(request))
        return _said("Refund has been queued for processing", shapes.refund_created(refund))

    async def list_refunds(self, request: web.Request) -> Json:
        rows, meta = listing.refunds(self._refunds.all, request.query)
        return {**_said("Refunds retrieved", [shapes.refund_listed(row) for row in rows]), "meta": meta}

    async def refund(self, request: web.Request) -> Json:
        found = self._refunds.get(request.match_info["id"])
        return _said("Refund retrieved", shapes.refund_listed(found))

    async def retry_refund(self, request: web.Request) -> Json:
        refund = self._refunds.retry(request.match_info["id"], await _body(request))
        return _said("Refund retried and has been queued for processing", shapes.refund_listed(refund))

    async def list_banks(self, request: web.Request) -> Json:
        if (
            request.query.get("currency", "NGN") != "NGN"
            or request.query.get("country", "nigeria") != "nigeria"
        ):
            return _said("Banks retrieved", [])
        return _said("Banks retrieved", banks.bank_list())

    async def resolve_bank(self, request: web.Request) -> Json:
        query = request.query
        found = banks.resolve(query.get("account_number", ""), query.get("bank_code", ""))
        return _said("Account number resolved", found)


def _said(message: str, data: object) -> Json:
    return {"status": True, "message": message, "data": data}


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.read())
    except ValueError as error:
        raise RefusedError("Invalid JSON in request body", code="invalid_json") from error
    if not isinstance(body, dict):
        raise RefusedError("Request body must be a JSON object", code="invalid_json")
    return body
