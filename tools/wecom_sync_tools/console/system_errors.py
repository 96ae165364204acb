"""Errors of the operating system in the reader's language: the common ones by their numbers."""

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
    errno.EDQUOT: "system_full",
    errno.ENAMETOOLONG: "system_name_too_long",
    errno.ELOOP: "system_missing",
    errno.EMFILE: "system_too_many_files",
    errno.ENFILE: "system_too_many_files",
    errno.EIO: "system_defect",
    errno.EBUSY: "system_busy",
    errno.ECONNREFUSED: "system_refused",
    errno.ECONNRESET: "system_reset",
    errno.ETIMEDOUT: "system_timed_out",
    errno.EHOSTUNREACH: "system_no_route",
    errno.ENETUNREACH: "system_no_route",
    errno.EADDRINUSE: "system_port_taken",
    errno.EADDRNOTAVAIL: "system_foreign_address",
}


def problem_of(error: OSError) -> Code:
    """Return the text that says what is wrong; one that is not known is shown as a detail."""
    return _ERRORS.get(error.errno, "system_unknown")


def details_of(error: OSError) -> str:
    """Return what the system says in its own words where we have none, else nothing."""
    return str(error) if problem_of(error) == "system_unknown" else ""
