"""Texts as they come from outside when something went wrong with them on the way."""

from hypothesis import strategies as st

ODD = (
    *'",;；\t\x00\r\n\u2028\ufeff\u200b\u202e\ufffd[]{}\'=-?0１名🙂İ \u3000', '""', "=1+1", "#N/A",
    "1.38E+10", "9" * 5_000, "名" * 65, "[" * 3_000, "\\ud800", "null", "true", "手机号", "1;2",
)  # fmt: skip
ENCODINGS = (
    *("utf-8",) * 5, *("utf-8-sig",) * 3, "gbk", "utf-16", "utf-16-le", "big5", "latin-1", "utf-7",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """Return a text in which pieces were put in, taken out or said twice, encoded anyhow."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.sampled_from((at, at, at + 1, at + 5, at + 40, len(text))))
        piece = draw(st.sampled_from((*ODD, "", text[at:end] * 2)) | st.text(max_size=3))
        text = text[:at] + piece + text[end:]
    content = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    if draw(st.integers(0, 9)):
        return content
    return content[: draw(st.integers(0, len(content)))] + draw(st.binary(max_size=3))
