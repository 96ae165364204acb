"""How long the reading of a file may take, beside how large it may be.

Limits of size keep out what is large. What costs more than its size says is given up here.
"""

from collections.abc import Callable

from wecom_sync.files.problems import refused

READING_SECONDS = 20
"""Of the processor for one reading: 100,000 people take a few."""


class Stopwatch:
    """Gives a reading up that takes too long.

    `clock`: the seconds that the processor has worked, not those that have passed: a busy machine
    makes no file bad.
    """

    def __init__(self, clock: Callable[[], float], seconds: int = READING_SECONDS) -> None:
        self._clock, self._seconds = clock, seconds
        self._end = clock() + seconds

    def look(self, line: int = 0) -> None:
        """Raise `FileRejectedError` once the time is over. `line`: where the reading is."""
        if self._clock() > self._end:
            raise refused("file_too_slow", line, seconds=self._seconds)


UNTIMED = Stopwatch(lambda: 0)
"""For whoever reads a file on a machine of their own."""
