"""`python -m fuzz` (in `tests/`)."""

import sys

from fuzz.runner import main

if __name__ == "__main__":
    sys.exit(main())
