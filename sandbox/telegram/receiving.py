"""getUpdates and the webhook: one of the two at a time."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox.telegram.call import Call
from sandbox.telegram.errors import bad_request, conflict
from sandbox.telegram.world import World

LONGEST_POLL = 50
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PORTS = frozenset({443, 80, 88, 8443})


async def get_updates(world: World, call: Call) -> object:
    if world.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _set_allowed(world, call)
    world.poll += 1
    world.changes.notify()
    mine = world.poll
    world.updates.acknowledge(call.integer("offset", 0))
    wait = min(max(call.integer("timeout", 0), 0), LONGEST_POLL)
    await world.changes.wait_until(
        lambda: world.poll != mine or world.closing or world.updates.waiting(), timeout=wait
    )
    if world.poll != mine:
        _refuse_older_poll(world)
    limit = min(max(call.integer("limit", 100), 1), 100)
    return [one.json for one in world.updates.waiting()[:limit]]


def _refuse_older_poll(world: World) -> None:
    if world.webhook.url:
        raise conflict("terminated by setWebhook request")
    raise conflict("terminated by other getUpdates request; make sure that only one bot instance is running")


async def set_webhook(world: World, call: Call) -> object:
    url, secret = call.text("url"), call.text("secret_token")
    if not url:
        return await delete_webhook(world, call)
    _check_webhook(url)
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = call.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("invalid max_connections specified")
    _set_allowed(world, call)
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    world.webhook.use(url, secret=secret, max_connections=connections)
    world.poll += 1
    world.changes.notify()
    world.webhook.kick()
    return True


async def delete_webhook(world: World, call: Call) -> object:
    world.webhook.url = world.webhook.secret = ""
    world.webhook.last_error = None
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


async def webhook_info(world: World, _: Call) -> object:
    info: dict[str, Any] = {
        "url": world.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.waiting()),
    }
    if world.webhook.url:
        info["max_connections"] = world.webhook.max_connections
    if world.webhook.last_error:
        at, reason = world.webhook.last_error
        info |= {"last_error_date": int(at.timestamp()), "last_error_message": reason}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


def _set_allowed(world: World, call: Call) -> None:
    # Left out means: as before. An empty list means: the default again.
    given = call.params.get("allowed_updates")
    if given is None:
        return
    if not isinstance(given, list):
        raise bad_request("can't parse allowed_updates: Array of String expected")
    world.updates.allowed = [str(one) for one in given] or None


def _check_webhook(url: str) -> None:
    parts = urlsplit(url)
    if _is_loopback(parts.hostname or ""):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (parts.port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def _is_loopback(host: str) -> bool:
    # Telegram would never reach it; the programs under test live there.
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
