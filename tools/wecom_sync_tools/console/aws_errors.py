"""Says what to do when AWS cannot be used: frequent cases in our words, others in AWS's."""

from collections.abc import Mapping

from botocore import exceptions as sdk
from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError

_CASES: Mapping[Code, tuple[type[BotoCoreError], ...]] = {
    "aws_credentials_expired": (
        sdk.UnauthorizedSSOTokenError,
        sdk.SSOTokenLoadError,
        sdk.TokenRetrievalError,
    ),
    "aws_no_credentials": (
        sdk.NoCredentialsError,
        sdk.PartialCredentialsError,
        sdk.CredentialRetrievalError,
    ),
    "aws_no_region": (sdk.NoRegionError,),
    "aws_no_profile": (sdk.ProfileNotFound,),
    "aws_no_answer": (
        sdk.ConnectTimeoutError,
        sdk.EndpointConnectionError,
        sdk.ReadTimeoutError,
    ),
    "aws_broken_off": (sdk.HTTPClientError, sdk.SSLError),
}
_CODES: Mapping[Code, str] = {
    "aws_credentials_expired": "ExpiredToken ExpiredTokenException RequestExpired",
    "aws_credentials_wrong": (
        "InvalidClientTokenId UnrecognizedClientException InvalidAccessKeyId SignatureDoesNotMatch "
        "InvalidSignatureException"
    ),
    "aws_clock": "RequestTimeTooSkewed",
    "aws_denied": "AccessDenied AccessDeniedException UnauthorizedOperation 403",
    "aws_no_bucket": "NoSuchBucket",
    "aws_busy": (
        "Throttling ThrottlingException ProvisionedThroughputExceededException SlowDown "
        "RequestLimitExceeded TooManyRequestsException InternalError ServiceUnavailable"
    ),
}
"""AWS's codes for what is common. Services use different ones."""
SDK_ERRORS = (BotoCoreError, ClientError)


def translated(error: BotoCoreError | ClientError) -> CommandError:
    """Return the error that a person reads instead of one of the SDK."""
    if isinstance(error, ClientError):
        name = error.response.get("Error", {}).get("Code", "")
        for code, names in _CODES.items():
            if name in names.split():
                # AWS's own words say which right is missing, or on which object.
                details = str(error) if code == "aws_denied" else ""
                return CommandError(code, details=details, operation=error.operation_name)
        return CommandError("aws_failed", details=str(error))
    for code, kinds in _CASES.items():
        if isinstance(error, kinds):
            return UsageError(code, **error.kwargs)
    return UsageError("aws_not_reachable", details=str(error))
