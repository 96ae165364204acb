"""Says what to do when AWS cannot be used: frequent cases in our words, others in AWS's."""

from collections.abc import Mapping

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
    SSLError,
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
    "aws_broken_off": (HTTPClientError, SSLError),
}
_CODES: Mapping[str, Code] = {
    "ExpiredToken": "aws_credentials_expired",
    "ExpiredTokenException": "aws_credentials_expired",
    "RequestExpired": "aws_credentials_expired",
    "InvalidClientTokenId": "aws_credentials_wrong",
    "UnrecognizedClientException": "aws_credentials_wrong",
    "InvalidAccessKeyId": "aws_credentials_wrong",
    "SignatureDoesNotMatch": "aws_credentials_wrong",
    "InvalidSignatureException": "aws_credentials_wrong",
    "RequestTimeTooSkewed": "aws_clock",
    "AccessDenied": "aws_denied",
    "AccessDeniedException": "aws_denied",
    "UnauthorizedOperation": "aws_denied",
    "403": "aws_denied",
    "NoSuchBucket": "aws_no_bucket",
    "Throttling": "aws_busy",
    "ThrottlingException": "aws_busy",
    "ProvisionedThroughputExceededException": "aws_busy",
    "RequestLimitExceeded": "aws_busy",
    "TooManyRequestsException": "aws_busy",
    "SlowDown": "aws_busy",
    "InternalError": "aws_busy",
    "ServiceUnavailable": "aws_busy",
}
"""AWS's codes for what is common. Services use different ones."""
_SPOKEN = frozenset({"aws_denied"})
"""Where AWS's own words say more: which right is missing, or on which object."""


def translated(error: BotoCoreError | ClientError) -> CommandError:
    """Return the error that a person reads instead of one of the SDK."""
    if isinstance(error, ClientError):
        common = _CODES.get(error.response.get("Error", {}).get("Code", ""))
        if common is None:
            return CommandError("aws_failed", details=str(error))
        details = str(error) if common in _SPOKEN else ""
        return CommandError(common, details=details, operation=error.operation_name)
    for code, kinds in _CASES.items():
        if isinstance(error, kinds):
            return UsageError(code, **error.kwargs)
    return UsageError("aws_not_reachable", details=str(error))
