"""Run a command that ends with its starter: `python guard.py COMMAND...`.

The starter holds the other end of stdin, which closes however the starter ends. Then the guard
terminates its process group, and kills what is left.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

PATIENCE_SECONDS = 3


def main(command: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_default_signals)  # noqa: PLW1509 - no thread has been started
    threading.Thread(target=_wait_for_starter, args=(child,), daemon=True).start()
    code = child.wait()
    os.killpg(0, signal.SIGTERM)
    return code


def _default_signals() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait_for_starter(child: "subprocess.Popen[bytes]") -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    try:
        child.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
