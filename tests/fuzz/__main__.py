"""`python -m fuzz` (in `tests/`)."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[2] / "functions" / "callback"))
    from fuzz.runner import main

    sys.exit(main())
