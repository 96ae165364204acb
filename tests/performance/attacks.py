"""How much of a processor it takes to refuse a file that is too large."""

import time
from collections.abc import Iterator

from performance.table import Table
from support.files import problems
from support.workbooks import TOO_MUCH, repeated
from wecom_sync.domain.run import Job


def tables() -> Iterator[Table]:
    columns = [("repeated", "重复的内容"), ("KB", "KB"), ("seconds", "秒"), ("refused", "退回原因")]
    rows = []
    for unit, count, root, _ in TOO_MUCH:
        content = repeated(unit, count, root)
        started = time.process_time()
        (problem,) = problems(content, Job.REPLACE_USER)
        seconds = time.process_time() - started
        name = f"{count:,} × {unit[:12]!r}"
        size = f"{len(content) / 1000:,.0f}"
        rows.append(((name, name), (size, f"{seconds:.2f}", str(problem.code))))
    yield Table("attacks", columns, rows)
