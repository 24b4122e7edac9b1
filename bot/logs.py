"""Logs: one line an event, a correlation id on each, and no secret in any of them."""

import logging
import sys
from collections.abc import Iterable
from typing import Any

import structlog
from structlog.contextvars import merge_contextvars

from bot.blame import ROOMS, show_traceback, traceback_of
from domain.model.secrets import HIDDEN, without_secrets


class Scrubber(logging.Formatter):
    """The last hand on every line of the root handler: what is secret is gone, whoever logged it.

    A filter on one logger would miss its children; Telegram's token stands in every URL that a library logs.
    """

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = sorted({secret for secret in secrets if secret}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return without_secrets(line)


def set_up_logs(*, level: str, form: str, secrets: Iterable[str]) -> None:
    """`form` is console or json; to standard error. Tracebacks show no local variables, and no words that may quote
    somebody: those are people."""
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    renderer: list[Any] = (
        [
            structlog.processors.ExceptionRenderer(traceback_of),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=show_traceback)]
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Scrubber(formatter, secrets))
    logging.basicConfig(handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    _set_levels(logging.getLevelName(level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _set_levels(level: int) -> None:
    """Below a warning only we are heard: what a library says there quotes whole calls, and so people. Telegram's
    raises whatever it cannot do, and would log the answer that it could not read beside that."""
    logging.getLogger().setLevel(max(level, logging.WARNING))
    for room in ROOMS:
        logging.getLogger(room).setLevel(level)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
