"""Finds a department by id, code or path. Keys are ids of live ones, or lines of a file."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from wecom_sync.files.department_cells import MAX_DEPTH, ROOT, is_number

type Names = tuple[str, ...]
"""The names from the root's down to a department's own. A name that nobody knows is blank."""
type Nodes = Mapping[int, tuple[str, int]]
"""Name and parent's key of each department."""

_NOWHERE: Names = ("", "")
"""Stands above a department whose parent is unknown: no path that begins there is whole."""
_NO_CODES: Mapping[str, int] = {}


def paths_of(nodes: Nodes, tops: Mapping[int, Names]) -> dict[int, Names]:
    """Return the path of each department. `tops`: those of keys at which every path begins."""
    paths = {**tops}
    for key in nodes:
        way: list[int] = []
        above = key
        # Departments in a circle have no top.
        while above not in paths and above in nodes and len(way) <= MAX_DEPTH:
            way.append(above)
            above = nodes[above][1]
        path = paths.get(above, _NOWHERE)
        for at in reversed(way):
            path = paths[at] = (*path, nodes[at][0].strip())
    return {key: paths[key] for key in nodes}


def live_paths(nodes: Nodes) -> dict[int, Names]:
    root = int(ROOT)
    return paths_of(nodes, {root: (nodes[root][0].strip() if root in nodes else "",)})


def levels[Key](parents: Mapping[Key, Key | None], top: Key) -> Iterator[list[Key]]:
    """Yield departments level by level, first those below `top`, in the order of `parents`."""
    children: dict[Key | None, list[Key]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    level = children.pop(top, [])
    while level:
        yield level
        level = [child for key in level for child in children.pop(key, ())]


def circles[Key](following: Mapping[Key, Key | None]) -> Iterator[list[Key]]:
    """Yield every circle of keys once. `following`: the next one of each, None for none."""
    settled: set[Key] = set()
    for start in following:
        way: dict[Key, None] = {}
        at: Key | None = start
        while at is not None and at in following and at not in settled and at not in way:
            way[at] = None
            at = following[at]
        settled.update(way)
        if at is not None and at in way:
            keys = list(way)
            yield keys[keys.index(at) :]


class DepartmentIndex:
    """Departments by id, code and path. Each look-up gives none, one or several keys.

    `ids`, `codes`: the key of each id and code as they are written.
    """

    def __init__(
        self,
        paths: Mapping[int, Names],
        codes: Mapping[str, int] = _NO_CODES,
        ids: Mapping[str, int] | None = None,
    ) -> None:
        self.paths = paths
        self.codes = codes
        self.ids = {str(key): key for key in paths} if ids is None else ids
        self._named: dict[str, list[int]] = {}
        for key, path in paths.items():
            if path[-1]:
                self._named.setdefault(path[-1], []).append(key)

    @property
    def has_names(self) -> bool:
        return bool(self._named)

    def find(self, entry: str) -> Sequence[int]:
        if is_number(entry):
            number = self.ids.get(entry.lstrip("0"))
            keys = [] if number is None else [number]
        else:
            keys = [*self.of_path(entry)]
        if entry in self.codes:
            keys.append(self.codes[entry])
        return tuple(sorted({*keys}))

    def of_path(self, path: str) -> Sequence[int]:
        """Return the departments of a whole path, or else those whose path ends so."""
        return self.whole(path) or self.ending(path)

    def whole(self, path: str) -> Sequence[int]:
        """Return the departments of a whole path, with or without the root's name in front."""
        names = {key: self.paths[key] for key in self.ending(path)}
        return [key for key, it in names.items() if path in ("/".join(it), "/".join(it[1:]))]

    def ending(self, path: str) -> Sequence[int]:
        """Return the departments whose path ends so."""
        parts, end = path.split("/"), f"/{path}"
        # A name may contain a slash, so the last name may be more than the last part.
        names = ("/".join(parts[start:]) for start in reversed(range(len(parts))))
        keys = chain.from_iterable(self._named.get(name, ()) for name in names)
        return [key for key in keys if f"/{'/'.join(self.paths[key])}".endswith(end)]
