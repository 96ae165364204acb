"""Texts as they come from outside when something went wrong with them on the way."""

import re

from hypothesis import strategies as st

WORD = re.compile(r'[^,;=\s"\[\]{}]+')
ODD = (
    *"\",;；\t\x00\r\n\u2028\ufeff\u200b\u202e\ufffd[]{}'=-?0１名🙂İ \u3000",
    *('""', "=1+1", "#N/A", "1.38E+10", "9" * 5_000, "名" * 65, "[" * 3_000, "\\ud800", "null"),
    *("true", "手机号", "1;2", "", "101", "721", "1000001", "13800000000", 'a"b', '"a,b"'),
)
ENCODINGS = (*("utf-8",) * 8, "utf-8-sig", "gbk", "utf-16", "utf-16-le", "big5", "latin-1")


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Return a text with other words, or something between them, encoded anyhow, seldom cut."""
    for _ in range(draw(st.integers(0, 3))):
        words = [*WORD.finditer(text)] or [*re.finditer("", text)]
        at, end = draw(st.sampled_from(words)).span()
        others = st.sampled_from(words).map(lambda word: word[0])
        piece = draw(st.sampled_from(ODD) | others | st.text(max_size=3))
        kept = draw(st.sampled_from((text[at:end], "", "", text[at + 1 : end])))
        text = text[:at] + piece + kept + text[end:]
    content = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    if draw(st.integers(0, 9)):
        return content
    return content[: draw(st.integers(0, len(content)))] + draw(st.binary(max_size=3))
