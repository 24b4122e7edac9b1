"""What was sent with a request, whole and in time."""

import asyncio

from aiohttp import web

BODY_WITHIN = 10.0  # seconds


async def body_of(request: web.Request) -> bytes:
    """413 over the application's limit, also where no length is told; 408 where it comes too slowly; 400 for a body
    that is not packed, or not cut into chunks, as its headers say.
    """
    try:
        async with asyncio.timeout(BODY_WITHIN):
            return await request.read()
    except web.RequestPayloadError:
        raise web.HTTPBadRequest(text="not as its headers say") from None
    except TimeoutError:
        raise web.HTTPRequestTimeout(text="too slow", headers={"Connection": "close"}) from None
