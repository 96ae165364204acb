"""`python -m hazards` (in `tests/`)."""

import sys

from hazards.runner import main

if __name__ == "__main__":
    sys.exit(main())
