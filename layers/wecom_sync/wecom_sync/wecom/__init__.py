"""Knows WeCom's protocol without I/O: callback crypto, credentials, remedies, retries. Pure."""
