"""The zip that a workbook is: its limits, and the XML of its parts."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from io import BytesIO
from posixpath import basename, dirname, join, normpath
from struct import error as struct_error
from typing import NoReturn
from xml.parsers.expat import ExpatError, ParserCreate

from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import MAX_CELLS, MAX_LINES, MAX_ROWS, Stopwatch
from wecom_sync.files.problems import FileRejectedError, refused

_MB = 1024 * 1024
MAX_UNPACKED = 300 * _MB
"""The most bytes of all parts together: 100,000 people in ten columns are 50 MB."""
_TAGS = 8
"""The most tags for each cell: four have it and its value, four its text elsewhere. One that is
empty counts twice, since the parser tells its end too."""
_OTHER_TAGS = 4_000_000
"""The most tags beside those: what else sheets say, rich texts, texts of hidden sheets."""
_MAX_TAGS = 25_000_000
"""The most of all: as many cells as may be, each with its text in it, have six tags each."""
_MAX_ATTRIBUTES = 16_000_000
"""The most attributes: as many cells have three each, and rows seven."""
_PREFIX = 1024
"""Bytes of a tag that are kept to be counted, when it goes on in the next chunk."""
MAX_PARTS = 10_000
_MAX_SMALL = 16 * 1024 * 1024
"""The most bytes of a part that has neither rows nor strings."""
_MAX_TOKEN = 1024 * 1024
"""The most bytes between two events of the parser, which would keep an endless tag."""
_MAX_DEPTH = 100
"""The most elements inside one another: a sheet has ten. The parser keeps each of them."""
_MAX_NAMES = 10_000
"""The most names of elements and attributes in a part. The parser keeps each of them."""
_CHUNK = 1 << 16
_PLACE = re.compile(rb' r="([A-Z]{1,3})[0-9]')
_ENTRY = b"PK\x01\x02"
"""What stands before each entry in the list of a zip."""
BROKEN = (
    EOFError,
    ExpatError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct_error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What the libraries raise about a damaged file, and this room about a wrong one."""

type _Start = Callable[[str, dict[str, str]], None]
type _Said = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Package:
    """The zip of a workbook. `parts`: by their names in lower case."""

    archive: zipfile.ZipFile
    parts: Mapping[str, zipfile.ZipInfo]
    watch: Stopwatch

    @classmethod
    def of(cls, content: bytes, watch: Stopwatch) -> "Package":
        """Open a zip. It unpacks to what its list says and no more, else it is broken."""
        if content.count(_ENTRY) > MAX_PARTS:
            raise refused("workbook_too_large")
        archive = zipfile.ZipFile(BytesIO(content))
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise refused("workbook_unpacked", limit=MAX_UNPACKED // _MB)
        packed = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if any(entry.compress_type not in packed for entry in entries):
            raise ValueError("another compression")
        names = {entry.filename.replace("\\", "/").casefold(): entry for entry in entries}
        if "_rels/.rels" not in names or any(name.endswith("vbaproject.bin") for name in names):
            raise refused("file_is_spreadsheet")
        return cls(archive, names, watch)

    def count(self, sheets: Iterable[str], strings: str) -> AbstractSet[str]:
        """Count rows, cells, tags and attributes in the bytes of parts; nothing is parsed.

        Return the sheets that may have merged cells. Raises `FileRejectedError`. Names that begin
        like those of rows and cells count as well: a sheet has few of them. One sheet is the file:
        rows are counted in each.
        """
        tags = attributes = cells = 0
        merged = set()
        for name in [*filter(None, [strings]), *sheets]:
            is_sheet, rows = name != strings, 0
            for data in self._whole_tags(name):
                tags += data.count(b"<") + data.count(b"/>")
                attributes += data.count(b"=")
                if is_sheet:
                    rows += data.count(b"<row") + data.count(b":row")
                    cells += data.count(b"<c") + data.count(b":c")
                    merged |= {name} if b"mergeCell" in data else set()
                if rows > MAX_LINES:
                    raise refused("file_too_many_rows", limit=MAX_ROWS)
                if cells > MAX_CELLS:
                    raise _too_many_cells(data)
                if tags > _MAX_TAGS or attributes > _MAX_ATTRIBUTES:
                    raise refused("workbook_too_large")
        if tags > _OTHER_TAGS + _TAGS * cells:
            raise refused("workbook_too_large")
        return merged

    def _whole_tags(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces that each end before a tag. UTF-16 has a NUL in each letter."""
        rest = b""
        with self.archive.open(self.parts[name.casefold()]) as part:
            while chunk := part.read(_CHUNK):
                data = rest + chunk.replace(b"\0", b"")
                end = max(data.rfind(b"<"), 0)
                rest = data[end : end + _PREFIX]
                yield data[:end]
                yield data[end + _PREFIX :]
        yield rest

    def parse(
        self, name: str, start: _Start, end: _Said | None = None, text: _Said | None = None
    ) -> Iterator[None]:
        """Tell what a part has, and yield after each piece of it."""
        names: dict[str, str] = {}
        parser = ParserCreate(intern=names)
        parser.buffer_text = True
        depth, prefix = 0, ""

        def opened(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, prefix
            if not depth:
                prefix = name[: name.find(":") + 1]
            elif depth > _MAX_DEPTH:
                raise refused("workbook_too_large")
            depth += 1
            start(name.removeprefix(prefix), attributes)

        def closed(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end is not None:
                end(name.removeprefix(prefix))

        parser.StartElementHandler, parser.EndElementHandler = opened, closed
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _no_doctype
        fed = 0
        with self.archive.open(self.parts[name.casefold()]) as part:
            for chunk in iter(lambda: part.read(_CHUNK), b""):
                self.watch.look()
                parser.Parse(chunk)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > _MAX_TOKEN:
                    raise ValueError("an endless tag")
                if len(names) > _MAX_NAMES:
                    raise refused("workbook_too_large")
                yield
        parser.Parse(b"", True)

    def read_small(self, name: str, start: _Start) -> None:
        """Tell the elements of a part without rows and strings. It may be missing."""
        if (entry := self.parts.get(name.casefold())) is None:
            return
        if entry.file_size > _MAX_SMALL:
            raise refused("workbook_too_large")
        for _ in self.parse(name, start):
            pass

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the kind and the name of each part that a part refers to, by their ids."""
        parts: dict[str, tuple[str, str]] = {}

        def start(element: str, attributes: dict[str, str]) -> None:
            if element == "Relationship":
                target = normpath(join("/", dirname(name), attributes["Target"])).lstrip("/")
                parts[attributes["Id"]] = (attributes["Type"].rpartition("/")[2], target)

        self.read_small(join(dirname(name), "_rels", f"{basename(name)}.rels"), start)
        return parts


def _too_many_cells(data: bytes) -> FileRejectedError:
    """Return the error, which names the last column in these bytes if cells have places."""
    places = [(len(letters), letters.decode()) for letters in _PLACE.findall(data)]
    if not places:
        return refused("file_too_many_cells", limit=MAX_CELLS)
    return refused("file_too_wide", limit=MAX_CELLS, column=max(places)[1])


def _no_doctype(*_: object) -> NoReturn:
    raise ValueError("entities are forbidden")
