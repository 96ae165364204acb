"""Changes a corp's book. No other module does."""

from collections.abc import Callable
from typing import Concatenate

from wecom_sync.domain.book import Book
from wecom_sync.domain.errors import SnapshotMovedError
from wecom_sync.domain.run import Run
from wecom_sync.domain.values import dataclass
from wecom_sync.planning.memory.operations import doubted, superseded
from wecom_sync.planning.memory.sent import content_digest
from wecom_sync.use_cases.ports import RunStore
from wecom_sync.use_cases.records import Records, if_kept

TRIES = 3
"""How often the book is changed anew because another run wrote it at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Keeps the book true. All raise `SnapshotMovedError` when the run was moved meanwhile."""

    store: RunStore
    records: Records

    def doubt(self, run: Run, *, refused: bool = False) -> None:
        """Note that nobody knows what WeCom applied. `refused`: it refused the job as a whole."""
        self.enter(run, doubted, if_kept(self.records.sent, run), refused=refused)

    def pass_over(self, run: Run) -> None:
        """Note what a full file said for which a newer one came first."""
        roster = if_kept(self.records.roster, run) if run.is_full else None
        if roster is not None:
            self.enter(run, superseded, content_digest(roster))

    def enter[**Rest](
        self,
        run: Run,
        operation: Callable[Concatenate[Book, Run, Rest], Book],
        *rest: Rest.args,
        **names: Rest.kwargs,
    ) -> None:
        """Change the book by an operation, as a rule while the run has the lane.

        A slow message may come when another run has written the book: so the run is read after the
        book. A superseded run has no lane, and may meet the run that has it: both try again.
        """
        after = Book()

        def in_turn(book: Book) -> Book:
            nonlocal after
            now = self.store.run(run.run_id)
            if now is None or now.place != run.place:
                raise SnapshotMovedError
            after = operation(book, run, *rest, **names)
            return after

        for tries_left in reversed(range(TRIES)):
            try:
                self.records.archive.change_snapshot(run.corp, in_turn)
                break
            except SnapshotMovedError:
                if not tries_left:
                    raise
        self.records.write_accounts(run.corp, after)
