"""Long polling that acknowledges what is stored: the next question is asked only after the commit."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import BaseRequest

from bot.gate import Gate
from bot.inbox import InboxKeeper
from domain.errors import StorageUnavailable
from domain.model.queue import InboxItem, Source
from domain.ports import Clock
from integrations.places import zone_at
from integrations.telegram.client import fetch_updates

log = structlog.get_logger(__name__)
ALLOWED = ("message", "callback_query", "my_chat_member")
HOLD_SECONDS = 30
BATCH = 100
_PAUSE = 1.0
_LONG_PAUSE = 5.0


def update_item(update: dict[str, Any], clock: Clock) -> InboxItem:
    """The lane is the person, so that one person's presses and texts are worked in order."""
    told = json.dumps(_without_place(update), ensure_ascii=False, separators=(",", ":"))
    body = told.encode("utf-8", "replace").decode()  # JSON can name half a character, which nothing can store
    return InboxItem(
        source=Source.TELEGRAM,
        key=str(update["update_id"]),
        lane=f"telegram:{sender_of(update)}",
        body=body,
        received_at=clock.now(),
    )


def _without_place(update: dict[str, Any]) -> dict[str, Any]:
    """Where somebody is becomes a time zone here: the place itself is stored nowhere."""
    message = update.get("message")
    location = message.get("location") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(location, dict):
        return update
    kept = {key: value for key, value in message.items() if key != "venue"}
    kept["location"] = {"zone": _zone(location)}
    return {**update, "message": kept}


def _zone(location: dict[str, Any]) -> str:
    """Empty where there is none."""
    try:
        return zone_at(float(location["latitude"]), float(location["longitude"])) or ""
    except (KeyError, TypeError, ValueError):
        return ""


def sender_of(update: dict[str, Any]) -> int:
    """0 for what nobody sent."""
    for kind in ALLOWED:
        part = update.get(kind)
        if isinstance(part, dict) and isinstance(part.get("from"), dict):
            return int(part["from"].get("id", 0))
    return 0


class Poller:
    def __init__(
        self, *, bot: ExtBot[None], request: BaseRequest, keeper: InboxKeeper, gate: Gate, clock: Clock
    ) -> None:
        self._bot = bot
        self._request = request
        self._keeper = keeper
        self._gate = gate
        self._clock = clock
        self._offset: int | None = None

    async def run(self) -> None:
        """Until cancelled. A webhook that is still set is removed first; nothing pending is dropped."""
        await self._remove_webhook()
        while True:
            try:
                await self._keep(await self._fetch())
            except Exception:  # what stands between may answer what is no update: the bot must not go deaf
                log.exception("updates not understood")
                await asyncio.sleep(_LONG_PAUSE)

    async def _remove_webhook(self) -> None:
        while True:
            try:
                await self._bot.delete_webhook(drop_pending_updates=False)
            except TelegramError as error:
                log.warning("Telegram does not answer", error=str(error))
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _fetch(self) -> Sequence[dict[str, Any]]:
        try:
            return await fetch_updates(
                self._request,
                self._bot.base_url,
                offset=self._offset,
                timeout=HOLD_SECONDS,
                limit=BATCH,
                allowed_updates=ALLOWED,
            )
        except (Conflict, InvalidToken) as error:
            log.error("Telegram refuses to give updates", error=str(error))  # noqa: TRY400 - its own words
            await asyncio.sleep(_LONG_PAUSE)
        except RetryAfter:
            await asyncio.sleep(_LONG_PAUSE)
        except TelegramError as error:
            log.warning("no updates", error=str(error))
            await asyncio.sleep(_PAUSE)
        return ()

    async def _keep(self, updates: Sequence[dict[str, Any]]) -> None:
        if updates:
            await self._store([update_item(update, self._clock) for update in self._gate.admit(updates)])
            self._offset = int(updates[-1]["update_id"]) + 1

    async def _store(self, items: Sequence[InboxItem]) -> None:
        while items:
            try:
                await self._keeper.keep(items)
            except StorageUnavailable as error:
                log.warning("the database is away", error=str(error))
                await asyncio.sleep(_PAUSE)
            except Exception:  # nothing is acknowledged that is not stored, and the bot must not go deaf
                log.exception("updates not stored")
                await asyncio.sleep(_LONG_PAUSE)
            else:
                return
