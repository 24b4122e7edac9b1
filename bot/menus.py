"""The command menus beside the text box: everyone's, the dietitians' own, and the admins'."""

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
    ("mydata", "Everything held about you, as files"),
    ("deletemydata", "Have your data removed"),
    ("help", "How it works"),
    ("cancel", "Leave the current step"),
)
DIETITIAN_COMMANDS = (
    ("request", "Ask a client for a session or a meal plan"),
    ("clients", "Your clients: search, notes, messages"),
    ("requests", "Your requests, by state"),
    ("upcoming", "Your booked sessions"),
    ("plans", "Meal plans that are paid for"),
    ("services", "What you offer, questions, public links"),
    ("availability", "Your weekly hours and the rules of booking"),
    ("timeoff", "Days off, and times open once"),
    ("stats", "What the week, month or year brought"),
    ("google", "Meeting links with Google Meet"),
    ("settings", "Your name, e-mail and time zone"),
    ("privacy", "What is kept about you"),
    ("mydata", "Everything held about you, as files"),
    ("deletemydata", "Have your data removed"),
    ("help", "What I can do"),
    ("cancel", "Leave the current step"),
)


ADMIN_COMMANDS = (("admin", "The desk: dietitians, money, links"),)

Commands = tuple[tuple[str, str], ...]


def menu_of(*, is_dietitian: bool, is_admin: bool) -> Commands:
    """Somebody may be both; everybody may be a client."""
    return (DIETITIAN_COMMANDS if is_dietitian else CLIENT_COMMANDS) + (ADMIN_COMMANDS if is_admin else ())


@dataclass(slots=True, kw_only=True)
class Menus:
    """Each is set when it becomes another one; one that failed is tried again with the next tick."""

    bot: Bot
    database: Database
    admin_ids: frozenset[int] = frozenset()
    _set: dict[int | None, Commands] = field(default_factory=dict)

    async def tick(self) -> None:
        for telegram_id, commands in (await self.database.read(self._changed)).items():
            await self._show(commands, telegram_id)

    def _changed(self, uow: UnitOfWork) -> dict[int | None, Commands]:
        """None is everybody's. Who has not opened the chat has no menu there: Telegram takes none for it."""
        dietitians = {one.telegram_id for one in uow.dietitians.all() if one.active}
        changed: dict[int | None, Commands] = {} if None in self._set else {None: CLIENT_COMMANDS}
        for telegram_id in dietitians | self.admin_ids | (self._set.keys() - {None}):
            if telegram_id is None:
                continue
            menu = menu_of(is_dietitian=telegram_id in dietitians, is_admin=telegram_id in self.admin_ids)
            if self._set.get(telegram_id) != menu and _has_opened(uow, telegram_id):
                changed[telegram_id] = menu
        return changed

    async def _show(self, commands: Commands, telegram_id: int | None) -> None:
        scope = BotCommandScopeChat(telegram_id) if telegram_id is not None else None
        try:
            await self.bot.set_my_commands([BotCommand(*command) for command in commands], scope=scope)
        except TelegramError as error:
            log.info("menu not set", telegram_id=telegram_id, error=str(error))
        else:
            self._set[telegram_id] = commands


def _has_opened(uow: UnitOfWork, telegram_id: int) -> bool:
    person = uow.people.by_telegram_id(telegram_id)
    return person is not None and person.can_be_written_to
