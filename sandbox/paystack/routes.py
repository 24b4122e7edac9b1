"""Which path leads to which answer, with the faults and the record of calls around each."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from sandbox.faults import Faults
from sandbox.paystack.api import Api
from sandbox.paystack.checkout import Checkout
from sandbox.paystack.model import Json
from sandbox.paystack.refusals import RefusedError

_Answer: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Said: TypeAlias = Callable[[web.Request], Awaitable[Json]]


def build(
    *, api: Api, checkout: Checkout, faults: Faults, calls: list[str], heard: list[str]
) -> web.Application:
    app = web.Application()
    answers: list[tuple[str, str, _Answer]] = [
        *((method, path, _enveloped(api, said)) for method, path, said in _api(api)),
        ("GET", "/checkout/{access_code}", checkout.show),
        ("POST", "/checkout/{access_code}/{action}", checkout.act),
    ]
    for method, path, answer in answers:
        app.router.add_route(method, path, _watched(path, answer, faults=faults, calls=calls, heard=heard))
    return app


def _api(api: Api) -> list[tuple[str, str, _Said]]:
    return [
        ("POST", "/transaction/initialize", api.initialize),
        ("GET", "/transaction/verify/{reference}", api.verify),
        ("GET", "/transaction", api.list_transactions),
        ("GET", "/transaction/{id}", api.transaction),
        ("POST", "/refund", api.create_refund),
        ("GET", "/refund", api.list_refunds),
        ("GET", "/refund/{id}", api.refund),
        ("POST", "/refund/retry_with_customer_details/{id}", api.retry_refund),
        ("GET", "/bank", api.list_banks),
        ("GET", "/bank/resolve", api.resolve_bank),
    ]


def _watched(path: str, answer: _Answer, *, faults: Faults, calls: list[str], heard: list[str]) -> _Answer:
    """Faults know a call by its path here, whatever prefix the stand-in is mounted under."""

    async def handle(request: web.Request) -> web.StreamResponse:
        name = f"{request.method} {path.format_map(request.match_info)}"
        calls.append(name)
        if not path.startswith("/checkout"):  # that is a payer's browser
            heard.append(f"{request.method} {request.path_qs} {await request.text()}")
        return await faults.around(name, request, lambda: answer(request))

    return handle


def _enveloped(api: Api, said: _Said) -> _Answer:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            api.authorize(request)
            return web.json_response(await said(request))
        except RefusedError as refused:
            return web.json_response(refused.body, status=refused.status)

    return handle
