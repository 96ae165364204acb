"""A page of the report bucket, opened in the browser of whoever asks."""

import os
import sys
import tempfile
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from wecom_sync_tools.console.terminal import Terminal

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Without one of these, a Unix machine may only have a browser that takes over the terminal."""


def open_page(
    content: bytes,
    name: str,
    terminal: Terminal,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Keep a page where nobody else may read it, open it, and say where it is.

    `beside`: what it links to, by the link. The files stay: the browser may read them again, or
    only when this command has ended.
    """
    folder = Path(tempfile.mkdtemp(prefix="wecom-sync-"))
    path = folder / name
    for each, data in {**beside, name: content}.items():
        (folder / each).parent.mkdir(exist_ok=True)
        with open(folder / each, "xb", opener=_private) as file:
            file.write(data)
    has_screen = sys.platform in {"darwin", "win32"} or any(map(os.environ.get, _SCREENS))
    opened = has_screen and webbrowser.open(path.as_uri())
    terminal.say("page_opened" if opened else "page_kept", path=path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
