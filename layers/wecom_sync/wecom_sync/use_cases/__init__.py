"""What each function does, and the ports it needs from the outside world."""
