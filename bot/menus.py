"""The command menus beside the text box: everyone's, and the dietitians' own."""

from dataclasses import dataclass, field

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from domain.ports import UnitOfWork
from storage.database import Database

log = structlog.get_logger(__name__)

CLIENT_COMMANDS = (
    ("book", "Book a consultation"),
    ("buy", "Buy a meal plan"),
    ("requests", "Your requests, by state"),
    ("upcoming", "Your booked sessions"),
    ("mealplans", "Your meal plans"),
    ("settings", "Your name, e-mail and time zone"),
    ("privacy", "What is kept about you"),
    ("help", "How it works"),
    ("cancel", "Leave the current step"),
)
DIETITIAN_COMMANDS = (
    ("request", "Ask a client for a session or a meal plan"),
    ("requests", "Your requests, by state"),
    ("upcoming", "Your booked sessions"),
    ("plans", "Meal plans that are paid for"),
    ("services", "What you offer, questions, public links"),
    ("google", "Meeting links with Google Meet"),
    ("settings", "Your name, e-mail and time zone"),
    ("help", "What I can do"),
    ("cancel", "Leave the current step"),
)


@dataclass(slots=True, kw_only=True)
class Menus:
    """Each is set once while the program runs; one that failed is tried again with the next tick."""

    bot: Bot
    database: Database
    _set: set[int | None] = field(default_factory=set)

    async def tick(self) -> None:
        if None not in self._set:
            await self._show(CLIENT_COMMANDS, None)
        for telegram_id in await self.database.read(self._waiting):
            await self._show(DIETITIAN_COMMANDS, telegram_id)

    def _waiting(self, uow: UnitOfWork) -> list[int]:
        """Dietitians who opened the chat: before that Telegram takes no menu for it."""
        active = [one.telegram_id for one in uow.dietitians.all() if one.active]
        people = [uow.people.by_telegram_id(one) for one in active if one not in self._set]
        return [one.telegram_id for one in people if one and one.telegram_id and one.can_be_written_to]

    async def _show(self, commands: tuple[tuple[str, str], ...], telegram_id: int | None) -> None:
        scope = BotCommandScopeChat(telegram_id) if telegram_id is not None else None
        try:
            await self.bot.set_my_commands([BotCommand(*command) for command in commands], scope=scope)
        except TelegramError as error:
            log.info("menu not set", telegram_id=telegram_id, error=str(error))
        else:
            self._set.add(telegram_id)
