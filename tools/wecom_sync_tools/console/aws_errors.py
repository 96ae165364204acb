"""Says what to do when AWS cannot be used: frequent cases in our words, others in AWS's."""

from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError

_CASES: Mapping[Code, tuple[type[BotoCoreError], ...]] = {
    "aws_credentials_expired": (UnauthorizedSSOTokenError, SSOTokenLoadError, TokenRetrievalError),
    "aws_no_credentials": (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError),
    "aws_no_region": (NoRegionError,),
    "aws_no_profile": (ProfileNotFound,),
    "aws_no_answer": (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError),
}
_CODES: Mapping[str, Code] = {
    "ExpiredToken": "aws_credentials_expired",
    "ExpiredTokenException": "aws_credentials_expired",
    "RequestExpired": "aws_credentials_expired",
    "InvalidClientTokenId": "aws_credentials_wrong",
    "UnrecognizedClientException": "aws_credentials_wrong",
    "InvalidAccessKeyId": "aws_credentials_wrong",
    "SignatureDoesNotMatch": "aws_credentials_wrong",
}
"""AWS's codes for bad credentials. Services use different ones."""


def translated(error: BotoCoreError | ClientError) -> CommandError:
    """Return the error that a person reads instead of one of the SDK."""
    if isinstance(error, ClientError):
        known = _CODES.get(error.response.get("Error", {}).get("Code", ""))
        return CommandError(known) if known else CommandError("aws_failed", problem=error)
    for code, kinds in _CASES.items():
        if isinstance(error, kinds):
            return UsageError(code, **error.kwargs)
    return UsageError("aws_not_reachable", problem=error)
