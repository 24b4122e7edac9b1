"""A web chat: the phones of several people in one page, side by side."""

from sandbox.chat.page import ChatPage, Link
from sandbox.chat.people import PhoneSpec

__all__ = ["ChatPage", "Link", "PhoneSpec"]
