"""When AWS cannot be used: what to do about it, in the reader's language."""

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    TokenRetrievalError,
)

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.aws_errors import translated
from wecom_sync_tools.console.messages import message


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "No."}}, "DescribeStacks")


@pytest.mark.parametrize(
    ("error", "english", "chinese", "exit_code"),
    [
        (NoCredentialsError(), "aws configure", "没有找到 AWS 凭证", 2),
        (NoRegionError(), "AWS_DEFAULT_REGION", "没有指定 AWS 区域", 2),
        (ProfileNotFound(profile="hr"), "no AWS profile hr", "没有名为 hr", 2),
        (TokenRetrievalError(provider="sso", error_msg="x"), "Sign in again", "已过期", 2),
        (
            EndpointConnectionError(endpoint_url="https://sqs.x"),
            "does not answer at https://sqs.x",
            "无法连接 AWS：https://sqs.x",
            2,
        ),
        (BotoCoreError(), "AWS cannot be used: An unspecified", "无法访问 AWS：An", 2),
        (refusal("ExpiredToken"), "Sign in again", "已过期", 1),
        (refusal("UnrecognizedClientException"), "does not accept", "不认可", 1),
        (refusal("AccessDenied"), "AWS did not do it: An error", "AWS 未予执行：An error", 1),
    ],
)
def test_an_error_of_aws_comes_with_what_to_do(
    error: BotoCoreError | ClientError, english: str, chinese: str, exit_code: int
) -> None:
    failure = translated(error)

    text = message(failure.code)
    assert english in text.render(Language.ENGLISH, **failure.params)
    assert chinese in text.render(Language.CHINESE, **failure.params)
    assert failure.exit_code == exit_code
