"""The local stack: emulator, build, deployment and processes."""
