"""What the desk gives away and gets back: seals of drops, and words in cookies. Pure."""
