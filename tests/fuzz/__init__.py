"""Random damage to what comes from outside: callbacks, files, settings; and what must hold then."""
