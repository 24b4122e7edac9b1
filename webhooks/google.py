"""The two ends of an OAuth connection that a dietitian started in the chat.

`GET /google/start` is a short address that leads to the consent page: Google's own is too long to be copied by a
button. `GET /google/callback` is where the consent page leads back to.
"""

from aiohttp import web

from domain.errors import CalendarError, CalendarUnavailable, ConnectionLost, LinkUsedUp
from webhooks.doors import DOORS
from webhooks.pages import page

_AGAIN = "Nothing was connected. Go back to the chat, open /google and press Connect again."
_NOT_YOURS_TO_MEND = (
    "Nothing was connected. It is not your doing: the people who run this bot have to look at its Google settings. "
    "Until then your own meeting link is used, where you have set one."
)


async def google_start(request: web.Request) -> web.Response:
    """Takes nothing: a preview of the address must not use it up."""
    state = request.query.get("state")
    if not state:
        return page(request, "Something is missing", _AGAIN, status=400)
    try:
        address = await request.app[DOORS].go_on_connecting(state=state)
    except LinkUsedUp:
        return page(request, "This link has been used or has expired", _AGAIN, status=400)
    return web.Response(status=303, headers={"Location": address})


async def google_callback(request: web.Request) -> web.Response:
    """The state is the only thing that ties this browser to the chat; it works once, for ten minutes."""
    doors = request.app[DOORS]
    if _nobody_looks(request):
        return page(request, "Open this page yourself", _AGAIN, status=503)
    code, state = request.query.get("code"), request.query.get("state")
    if doors.finish_connecting is None:
        return page(request, "Google is not set up here", _AGAIN, status=404)
    if request.query.get("error"):
        return page(request, "You did not allow it", _AGAIN)
    if not code or not state:
        return page(request, "Something is missing", _AGAIN, status=400)
    try:
        await doors.finish_connecting(state=state, code=code)
    except LinkUsedUp:
        return page(request, "This link has been used or has expired", _AGAIN, status=400)
    except CalendarUnavailable:
        return page(request, "Google isn't answering", _AGAIN, status=502)
    except ConnectionLost as error:
        return page(request, "Google is not connected", str(error), _AGAIN, status=400)
    except CalendarError:
        return page(request, "Google is not connected", _NOT_YOURS_TO_MEND, status=502)
    return page(request, "Google is connected", "You can close this page and go back to the chat.")


def _nobody_looks(request: web.Request) -> bool:
    """A browser that fetches ahead says so (fetch.spec.whatwg.org, Sec-Purpose); it must not use up the state."""
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any(word in purpose for purpose in purposes for word in ("prefetch", "prerender", "preview"))
