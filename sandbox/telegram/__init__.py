"""Telegram's Bot API, pretended over real HTTP and as strict, and the phones of those who use it."""

from sandbox.telegram.phone import Phone
from sandbox.telegram.seen import Answer, Button, SeenFile, SeenMessage
from sandbox.telegram.standin import TelegramStandIn

__all__ = ["Answer", "Button", "Phone", "SeenFile", "SeenMessage", "TelegramStandIn"]
