"""The HTTP side: WeCom's calls, the control API, and the callbacks that are sent."""
