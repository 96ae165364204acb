"""What is remembered of a corp: what went out, what WeCom applied, what it had before."""
