"""Runs found by the id that a person types."""

from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.target import ALL_RUNS

NAMED = 5
"""How many runs the error about an ambiguous id names."""


def find_run(store: DynamoStore, name: str) -> Run:
    """Return the run with this id, or the only run whose id starts or ends with it.

    Raises `UsageError`.
    """
    if exact := store.run(name):
        return exact
    fitting = [
        run
        for run in store.runs(ALL_RUNS)
        if run.run_id.startswith(name) or run.run_id.endswith(name)
    ]
    if not name or not fitting:
        raise UsageError("run_unknown", run=name)
    if len(fitting) > 1:
        names = ", ".join(run.run_id for run in fitting[:NAMED])
        raise UsageError("run_ambiguous", run=name, runs=names)
    return fitting[0]
