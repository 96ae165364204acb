"""wecom-sync: a CSV drop becomes a change of a WeCom address book."""
