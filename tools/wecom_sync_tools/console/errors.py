"""What stops a command, and with which exit code: 1 it did not succeed, 2 wrong use."""

from wecom_sync_tools.console.codes import Code


class CommandError(Exception):
    """The command did not succeed.

    `code` names a text of `messages`, `params` fills its blanks: an error of the system among them
    is said in the reader's language. `details` is shown below it as it is (the end of a log).
    """

    exit_code = 1

    def __init__(self, code: Code, details: str = "", **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.params = params


class UsageError(CommandError):
    """The command was used in a wrong way. Nothing was started, uploaded or changed."""

    exit_code = 2
