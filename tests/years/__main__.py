"""`python -m years` (in `tests/`)."""

import sys

from years.runner import main

if __name__ == "__main__":
    sys.exit(main())
