"""How far a long command is, on stderr, so that stdout holds results alone."""

import sys
import time


class Progress:
    """One line on stderr, rewritten; plain lines when stderr is no terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._last = 0.0

    def stored(self, done_bytes: int, total_bytes: int, new: int, known: int) -> None:
        now = time.monotonic()
        if now - self._last >= 0.5:
            self._last = now
            share = f"{done_bytes / total_bytes:.0%}" if total_bytes else "?"
            self.line(f"stored {share}: {new} new, {known} known")

    def counted(self, count: int) -> None:
        """Of mails done one by one: a line at every hundredth, at most two a second."""
        now = time.monotonic()
        if count % 100 == 0 and now - self._last >= 0.5:
            self._last = now
            self.line(f"{count} mails, {self.rate(count)} mails/s")

    def events(self, done: int, total: int) -> None:
        """Of the log's events, at most two lines a second; none of what is done at once."""
        now = time.monotonic()
        if now - self._started >= 0.5 and (now - self._last >= 0.5 or done >= total):
            self._last = now
            figures = ", now the figures" if done >= total else ""
            self.line(f"{done:,} of {total:,} events checked{figures}" + ("\n" if figures else ""))

    def line(self, text: str) -> None:
        end = "" if text.endswith("\n") else ("\r" if sys.stderr.isatty() else "\n")
        print(f"\r{text}" if sys.stderr.isatty() else text, end=end, file=sys.stderr, flush=True)

    def rate(self, count: int) -> str:
        return f"{count / max(0.001, time.monotonic() - self._started):.1f}"
