"""`python -m days` (in `tests/`)."""

import sys

from days.runner import main

if __name__ == "__main__":
    sys.exit(main())
