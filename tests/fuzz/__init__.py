"""Random damage to what comes from outside: callbacks, files, settings; and what must hold then."""

import support  # noqa: F401 - the functions can be imported after it
