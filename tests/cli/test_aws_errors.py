"""When AWS cannot be used: what to do about it, in the reader's language."""

import errno

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
    SSLError,
    TokenRetrievalError,
)

from support.console import Capsys
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.aws_errors import translated
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.console.terminal import Terminal


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
        (BotoCoreError(), "AWS cannot be used.", "无法访问 AWS", 2),
        (SSLError(endpoint_url="x", error=OSError()), "failed or broke off", "连接失败或中断", 2),
        (refusal("ExpiredToken"), "Sign in again", "已过期", 1),
        (refusal("UnrecognizedClientException"), "does not accept", "不认可", 1),
        (refusal("AccessDenied"), "not allow you to do this (DescribeStacks)", "不允许您", 1),
        (refusal("NoSuchBucket"), "no such bucket", "没有这个存储桶", 1),
        (refusal("SlowDown"), "too busy", "繁忙", 1),
        (refusal("Strange"), "AWS did not do it.", "AWS 未予执行", 1),
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


@pytest.mark.parametrize("error", [BotoCoreError(), refusal("Strange"), refusal("AccessDenied")])
def test_what_aws_says_stands_below(error: BotoCoreError | ClientError, capsys: Capsys) -> None:
    Terminal(Language.CHINESE).failure(translated(error))

    first, second = capsys.readouterr().err.splitlines()
    assert str(error) not in first
    assert second == str(error)


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [
        (errno.ENOENT, "no such file", "文件或目录不存在"),
        (errno.EACCES, "no permission", "没有权限"),
        (errno.ENOSPC, "no space left", "磁盘空间不足"),
        (errno.EISDIR, "it is a folder", "这是目录"),
        (errno.ECONNREFUSED, "refused", "连接被拒绝"),
        (errno.ETIMEDOUT, "timed out", "超时"),
        (9999, "details below", "✗ 无法读取 a：系统出错（详情见下）。"),
    ],
)  # fmt: skip
def test_errors_of_the_system(number: int, english: str, chinese: str, capsys: Capsys) -> None:
    failure = UsageError("file_unreadable", file="a", problem=OSError(number, "Odd \x1b[31m words"))
    for language, words in ((Language.ENGLISH, english), (Language.CHINESE, chinese)):
        Terminal(language).failure(failure)

        first, *details = capsys.readouterr().err.splitlines()
        assert words in first
        assert "Odd" not in first
        assert ["Odd \\x1b[31m words" in line for line in details] == [True] * (number == 9999)
