"""Fakes, builders and the template, shared by the tests."""

import sys
from pathlib import Path

_FUNCTIONS = Path(__file__).parents[2] / "functions"

sys.path += [str(folder) for folder in sorted(_FUNCTIONS.iterdir()) if str(folder) not in sys.path]
