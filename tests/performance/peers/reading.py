"""`python reading.py CSV XLSX RUNS` in the environment of the peers: read and check with these.

Prints the seconds of each run by peer as JSON. Nothing is normalised, and no problem is named.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl
from pydantic import Field, TypeAdapter, ValidationError, create_model

RULES = {
    "姓名": ".{1,64}", "帐号": r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}", "手机号": "1[3-9][0-9]{9}",
    "邮箱": r"[^\s@]{1,40}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+", "性别": "[男女]?",
    "所在部门": "[1-9][0-9]{0,9}(?:;[1-9][0-9]{0,9})*", "职位": ".{0,128}", "别名": ".{0,64}",
    "座机": r"[0-9+\-]{0,32}", "地址": ".{0,128}",
}  # fmt: skip
UNIQUE = ("帐号", "手机号", "邮箱")
Member = create_model("Member", **{it: (str, Field(pattern=f"^(?:{RULES[it]})$")) for it in RULES})


def with_pydantic(path: Path) -> int:
    rows = [*csv.DictReader(path.open(encoding="utf-8", newline=""))]
    repeated = sum(len(rows) - len({row[name].lower() for row in rows}) for name in UNIQUE)
    try:
        TypeAdapter(list[Member]).validate_python(rows)
    except ValidationError as error:
        return repeated + error.error_count()
    return repeated


def with_pandas(path: Path) -> int:
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    wrong = sum((~frame[name].str.fullmatch(rule)).sum() for name, rule in RULES.items())
    return int(wrong + sum(frame[name].str.lower().duplicated().sum() for name in UNIQUE))


def with_polars(path: Path) -> int:
    frame = pl.read_csv(path, infer_schema=False).fill_null("")
    wrong = [~pl.col(name).str.contains(f"^(?:{rule})$") for name, rule in RULES.items()]
    repeated = [~pl.col(name).str.to_lowercase().is_first_distinct() for name in UNIQUE]
    counts = [it.sum().alias(str(at)) for at, it in enumerate([*wrong, *repeated])]
    return sum(frame.select(counts).row(0))


def with_openpyxl(path: Path) -> int:
    book = openpyxl.load_workbook(path.open("rb"), read_only=True)
    return sum(1 for _ in book.active.iter_rows(values_only=True)) - 100_001


def main(table: str, book: str, runs: str) -> None:
    seconds: dict[str, list[float]] = {}
    peers: dict[str, Callable[[Path], int]] = {
        "pydantic": with_pydantic,
        "pandas": with_pandas,
        "polars": with_polars,
        "openpyxl": with_openpyxl,
    }
    for _ in range(int(runs)):
        for name, read in peers.items():
            started = time.perf_counter()
            problems = read(Path(book if name == "openpyxl" else table))
            seconds.setdefault(name, []).append(time.perf_counter() - started)
            if problems:
                sys.exit(f"{name}: {problems} problems in a good file")
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
