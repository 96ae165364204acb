"""Every function killed at every call it makes, and what becomes of the runs."""

import support  # noqa: F401 - the functions can be imported after it
