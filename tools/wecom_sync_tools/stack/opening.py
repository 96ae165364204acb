"""Fetches pages for people from the report bucket, and opens one in the browser."""

import webbrowser
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import AT_ONCE, Documents


def open_page(
    documents: Documents, key: str, terminal: Terminal, beside: Iterable[str] = ()
) -> Path:
    """Open a page; `beside`: the keys of what it links to, fetched as far as it is there.

    They lie in a new folder that only this user may read, in the order of the bucket, so that the
    links work. Raises `CommandError` when there is no such page.
    """
    page = documents.get(key)
    if page is None:
        raise CommandError("page_missing", key=key)
    folder = Path(mkdtemp(prefix="wecom-sync-"))
    path = _kept(folder, key, page)
    with ThreadPoolExecutor(AT_ONCE) as readers:
        keys = [each for each in dict.fromkeys(beside) if each != key]
        for name, content in zip(keys, readers.map(documents.get, keys), strict=True):
            if content is not None:
                _kept(folder, name, content)
    opened = webbrowser.open(path.as_uri())
    terminal.note("page_opened" if opened else "page_saved", path=path)
    return path


def _kept(folder: Path, key: str, content: bytes) -> Path:
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
