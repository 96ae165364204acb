"""What stops a command, and with which exit code: 1 it did not succeed, 2 wrong use.

Errors of the operating system are said in the reader's language, the common ones by their numbers.
"""

import errno
from collections.abc import Mapping

from wecom_sync_tools.console.codes import Code

_ERRORS: Mapping[int | None, Code] = {
    errno.ENOENT: "system_missing",
    errno.ENOTDIR: "system_not_folder",
    errno.EISDIR: "system_is_folder",
    errno.EEXIST: "system_exists",
    errno.EACCES: "system_denied",
    errno.EPERM: "system_denied",
    errno.EROFS: "system_read_only",
    errno.ENOSPC: "system_full",
    errno.ECONNREFUSED: "how_refused",
    errno.ETIMEDOUT: "system_timed_out",
    errno.EADDRINUSE: "system_port_taken",
    errno.EADDRNOTAVAIL: "system_foreign_address",
}


class CommandError(Exception):
    """The command did not succeed.

    `code` names a text of `messages`, `params` fills its blanks: an error of the system among them
    is said in the reader's language. `details` is shown below it as it is (the end of a log).
    """

    exit_code = 1

    def __init__(
        self, code: Code, details: str = "", exit_code: int | None = None, **params: object
    ) -> None:
        super().__init__(code)
        self.code = code
        self.exit_code = exit_code or self.exit_code
        self.details = details
        self.params = params


class UsageError(CommandError):
    """The command was used in a wrong way. Nothing was started, uploaded or changed."""

    exit_code = 2


def problem_of(error: OSError) -> tuple[Code, str]:
    """Return the text that says what is wrong; for none of ours, what the system says as well."""
    code = _ERRORS.get(error.errno)
    return (code, "") if code else ("system_unknown", str(error))
