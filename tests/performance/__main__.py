"""`python -m performance [NAME ...] [--figures FILE]` (in `tests/`): run the benchmarks.

Each is a module with a function `tables`. They print ratios and assert nothing.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from performance import (
    attacks,
    books,
    callbacks,
    cold_start,
    cost,
    memory,
    planning,
    reading,
    results,
    tools,
    whole_path,
)
from performance.table import Table

BENCHMARKS = {
    "reading": reading.tables,
    "attacks": attacks.tables,
    "planning": planning.tables,
    "books": books.tables,
    "cold": cold_start.tables,
    "callbacks": callbacks.tables,
    "whole-path": whole_path.tables,
    "results": results.tables,
    "memory": memory.tables,
    "cost": cost.tables,
    "tools": tools.tables,
}


def figures(tables: Iterable[Table]) -> dict[str, Any]:
    """Return what the docs read: `{name: {"columns": [[en, zh]], "rows": [[[en, zh], cells]]}}`."""
    return {
        table.name: {"columns": list(table.columns), "rows": list(table.rows)} for table in tables
    }


def store(path: Path, tables: Iterable[Table]) -> None:
    """Renew the figures of the docs, those of other tables apart."""
    stored = json.loads(path.read_text("utf-8")) if path.exists() else {"tables": {}}
    stored["tables"] |= figures(tables)
    stored |= {"date": f"{datetime.now(UTC):%Y-%m-%d}", "processors": os.cpu_count()}
    text = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure beside what people use instead.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--figures", type=Path, help="JSON of the docs, in which these are renewed")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in arguments.names or BENCHMARKS:
        measured = [*BENCHMARKS[name]()]
        sys.stdout.write("".join(f"{table}\n" for table in measured))
        sys.stdout.flush()
        if arguments.figures:
            store(arguments.figures, measured)
    return 0


if __name__ == "__main__":
    sys.exit(main())
