"""Days of several companies, made up from a seed: whatever may go wrong does, in any order."""

import os

import support  # noqa: F401 - the functions can be imported after it

os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "wecom-sync")  # read at their import
