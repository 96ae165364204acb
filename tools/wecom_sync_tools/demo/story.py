"""What the demonstration has seen so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.demo.drops import DemoDrop
from wecom_sync_tools.views.progress import Track
from wecom_sync_tools.views.troubles import BadRow


@dataclass(frozen=True, slots=True)
class Story:
    """One file of the demonstration: its run as it was followed, and its bad rows."""

    drop: DemoDrop
    track: Track
    troubles: Sequence[BadRow]

    def differences(self) -> list[Code]:
        """Return codes of `messages` for everything that is not as expected."""
        run, expected = self.track.run, self.drop.expected
        if run is None or run.state is not expected.state:
            return ["demo_wrong_state"]
        marks = {row.line: row.mark if row.mark.isdigit() else "" for row in self.troubles}
        wanted = {str(line): code for line, code in expected.troubles.items()}
        if (run.rows, marks) != (expected.rows, wanted):
            return ["demo_wrong_rows"]
        planned = run.plan or {}
        same = all(planned.get(kind) == count for kind, count in expected.plan.items())
        return [] if same else ["demo_wrong_plan"]
