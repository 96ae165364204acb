"""`python -m exports` (in `tests/`): what becomes of every export."""

import sys

from exports.collection import PARTS
from exports.export import play

for part in PARTS:
    for export in part():
        outcome = play(export)
        codes = ", ".join(dict.fromkeys(outcome.codes))
        sys.stdout.write(f"{export.name}\t{'refused' if codes else 'read'}\t{codes}\n")
