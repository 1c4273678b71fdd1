"""Structured logs: one event a line, no bodies, no secrets, control characters escaped (H25)."""

import logging
import sys
from contextlib import suppress
from typing import Literal, TextIO

import structlog


class Lines:
    """Writes each line at once. A log that can't be written, on a full disk say, must stop no work (F35)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: str) -> None:
        with suppress(OSError):
            self._stream.write(line)
            self._stream.flush()

    def msg(self, line: str) -> None:
        self.write(f"{line}\n")

    debug = info = warning = error = exception = critical = msg

    def flush(self) -> None:
        """Done already."""


def configure(form: Literal["json", "text"], level: str, stream: TextIO = sys.stderr) -> None:
    """Set up once, at the start of a process. JSON escapes control characters by its nature; text output quotes them.
    What libraries say, warnings and worse, comes in the same form."""
    number = logging.getLevelNamesMapping()[level.upper()]
    lines = Lines(stream)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["event"])
    )
    common: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*common, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(lines)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *common],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
