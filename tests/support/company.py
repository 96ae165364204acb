"""Files of the made-up company, and ways to change them: words of its stories.

Whatever is told by a number or a cell may be either.
"""

from random import Random

from support.world import members


def people(count: int, prefix: str = "u") -> str:
    return members(*(f"{prefix}{number}" for number in range(count)))


def thinned(content: str, gone: int) -> str:
    """Return a file without so many of its people: every second one, because nobody is cut off."""
    header, *rows = content.splitlines(keepends=True)
    kept = [row for at, row in enumerate(rows) if at % 2 == 0 or at >= 2 * gone]
    return "".join([header, *kept])


def changed(content: str, old: str, new: str, count: int) -> str:
    """Return a file in which so many rows are changed: every second one, from the top."""
    header, *rows = content.splitlines(keepends=True)
    for at in range(0, 2 * count, 2):
        rows[at] = rows[at].replace(old, new)
    return "".join([header, *rows])


def table(header: str, *rows: str) -> str:
    return "\n".join([header, *rows]) + "\n"


def without(content: str, *users: str) -> str:
    rows = content.splitlines(keepends=True)
    return "".join(row for row in rows if not any(f",{user}," in row for user in users))


def cut(content: str, start: int, stop: int) -> str:
    header, *rows = content.splitlines(keepends=True)
    return "".join([header, *rows[:start], *rows[stop:]])


def shuffled(content: str) -> str:
    """Return a file in the order of no column."""
    header, *rows = content.splitlines(keepends=True)
    Random(0).shuffle(rows)
    return "".join([header, *rows])


def with_column(content: str, column: str, *cells: str | int) -> str:
    """Return a file with one more column: these cells, and the last one for all others."""
    header, *rows = content.splitlines()
    filled = [*cells, *cells[-1:] * (len(rows) - len(cells))]
    return table(
        f"{header},{column}", *(f"{row},{cell}" for row, cell in zip(rows, filled, strict=True))
    )


def titled(count: int, *titles: str | int, column: str = "职位") -> str:
    return with_column(people(count), column, *titles)


def named(content: str, name: str, count: int = -1) -> str:
    """Return a file in which so many of the first people, or all, have another surname."""
    return content.replace("员工", name, count)


def calls(content: str, number: int, name: str) -> str:
    """Return a file in which one has another name."""
    return content.replace(f"员工{number},", f"{name},")


def moved(content: str, department: int | str, count: int = -1) -> str:
    """Return a file in which so many of the first people, or all, are in another department."""
    return content.replace(",,1\n", f",,{department}\n", count)


def replaced(content: str, old: str | int, new: str | int, count: int = -1) -> str:
    return content.replace(str(old), str(new), count)


def plus(content: str, *rows: str) -> str:
    return content + "".join(f"{row}\n" for row in rows)
