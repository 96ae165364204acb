"""Renews the tables in the pages of `docs/`: `make docs` calls this.

A page says where a table stands: `<!--[[[cog print(states(en)) ]]]-->` before it and
`<!--[[[end]]]-->` behind it. What stands between the two comes from the function.
"""

import io
from collections.abc import Iterable
from pathlib import Path

from cogapp import Cog

from wecom_sync.domain.states import Job
from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs import figures, reference, stack_tables, wecom_tables
from wecom_sync_tools.stack.home import ROOT

RENEW = "make docs"


def pages(root: Path = ROOT) -> list[Path]:
    return sorted((root / "docs").rglob("*.md"))


def renewed(page: str, name: str) -> str:
    """Return a page with its tables made anew. `name`: of the page, for complaints."""
    cog = Cog()
    cog.options.print_output = True
    out = io.StringIO()
    cog.process_file(io.StringIO(page), out, fname=name, globals=_names())
    return out.getvalue()


def _names() -> dict[str, object]:
    """Return what a page may call: the public functions, the languages and the jobs."""
    functions = {
        name: value
        for module in (figures, reference, stack_tables, wecom_tables)
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
    }
    jobs = {"members": Job.REPLACE_USER, "departments": Job.REPLACE_PARTY}
    return {**functions, **jobs, "en": Language.ENGLISH, "zh": Language.CHINESE}


def write(paths: Iterable[Path]) -> None:
    for path in paths:
        path.write_text(renewed(path.read_text("utf-8"), str(path)), "utf-8")


if __name__ == "__main__":
    write(pages())
