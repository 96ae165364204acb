"""What must not reach a text: characters that break a line, steer a program or cannot be seen."""

import re

from hypothesis import strategies as st

MARKS = (
    "\t\n\r\x00\x0b\x1b\x7f\x80\x85\x9b\u2028\u2029"
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    "\xad\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\ufff9"
)
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\xad\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
words = st.text(st.sampled_from(f"{MARKS}=＝a/张　") | st.characters(codec="utf-8"))
"""A key or a cell, as somebody may make it who wants to fool a reader."""
