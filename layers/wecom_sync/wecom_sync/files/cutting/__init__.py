"""Takes out of a file what nobody takes, so that the rest may be sent. Loaded by who sends one."""
