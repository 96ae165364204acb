"""Settings that once were findings."""

from collections.abc import Iterator


def regressions() -> Iterator[tuple[str, bytes]]:
    yield "an array in an array in an array", b"a = " + b"[" * 5_000
    yield "a table in a table in a table", b"a = " + b"{ a = " * 5_000
    yield "a number of 5,000 digits", b"[limits]\nremovals = " + b"9" * 5_000
    yield "a blank header", '[columns]\n"" = "姓名"\n'.encode()
    yield "a header of WeCom's for another column", '[columns]\n"手机" = "座机"\n'.encode()
    yield "a header twice but for its width", '[columns]\n"no" = "帐号"\n"ｎｏ" = "姓名"\n'.encode()
    yield "a header that nobody sees", '[columns]\n"\ufeff " = "姓名"\n'.encode()
