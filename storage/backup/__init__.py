"""A whole practice in one file, and back: on either engine, out of the other too."""

from storage.backup.file import NotABackupError
from storage.backup.rows import Contents
from storage.backup.whole import back_up, restore

__all__ = ["Contents", "NotABackupError", "back_up", "restore"]
