"""How a command speaks: terminal, parser, texts and errors. Imports no room."""
