"""`python -m performance [NAME ...] [--figures FILE]` (in `tests/`): run the benchmarks.

Each is a module with a function `tables`. They print ratios and assert nothing.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from performance import cold_start, cost, planning, reading, whole_path
from performance.timing import Rows
from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs.figures import measured

BENCHMARKS = {
    "reading": reading.tables,
    "planning": planning.tables,
    "cold": cold_start.tables,
    "whole-path": whole_path.tables,
    "cost": cost.tables,
}


def store(path: Path, tables: Mapping[str, Rows]) -> None:
    """Renew figures of the docs, those of other benchmarks apart."""
    stored = json.loads(path.read_text("utf-8"))
    stored["tables"] |= tables
    stored |= {"date": f"{datetime.now(UTC):%Y-%m-%d}", "processors": os.cpu_count()}
    path.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure beside what people use instead.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--figures", type=Path, help="JSON of the docs, in which these are renewed")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in arguments.names or BENCHMARKS:
        tables = dict(BENCHMARKS[name]())
        for table, rows in tables.items():
            sys.stdout.write(measured(Language.ENGLISH, table, rows))
        sys.stdout.flush()
        if arguments.figures:
            store(arguments.figures, tables)


if __name__ == "__main__":
    main()
