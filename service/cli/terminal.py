"""A progress bar where stderr is a terminal, plain lines now and then where it is not."""

from __future__ import annotations

import sys
import time

from scanners.observation import Progress

WIDTH = 30


class Bar:
    """Shows how far it is; `show` takes a scanner's progress."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last, self._text = 0.0, ""

    def show(self, progress: Progress) -> None:
        """One step."""
        self.line(progress.done, progress.total, progress.text, progress.seconds_left)

    def line(self, done: int, total: int, text: str, seconds_left: float | None = None) -> None:
        """One step in numbers; a terminal sees ten a second, a file one every ten seconds."""
        moment = time.monotonic()
        if moment - self._last < (0.1 if self._terminal else 10):
            return
        self._last = moment
        share = done / total if total else 0.0
        left = f", noch etwa {max(1, round(seconds_left / 60))} min" if seconds_left and seconds_left > 60 else ""
        if self._terminal:
            filled = "█" * int(share * WIDTH)
            sys.stderr.write(f"\r\x1b[K{filled:<{WIDTH}} {share:4.0%} {text[:80]}{left}")
        else:
            sys.stderr.write(f"{share:4.0%} {text}{left}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """The line is done."""
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
