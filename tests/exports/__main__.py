"""`python -m exports` (in `tests/`): what becomes of every export."""

import sys

from exports.collection import collection
from exports.export import play

for export in collection():
    codes = ", ".join(dict.fromkeys(play(export).codes))
    sys.stdout.write(f"{export.name}\t{'refused' if codes else 'read'}\t{codes}\n")
