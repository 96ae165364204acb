"""What runs on a laptop: the command line, the local stack and the WeCom simulator."""
