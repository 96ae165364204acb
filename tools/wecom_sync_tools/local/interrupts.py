"""Ctrl-C, `kill` and a closed terminal all unwind the stack, once, in order."""

import signal
import types
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interrupts_unwind() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first signal, and ignore the next ones during the clean-up.

    Works in the main thread only.
    """
    previous = {number: signal.signal(number, _interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: types.FrameType | None) -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
