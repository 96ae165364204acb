"""What the command line says when the operating system or AWS refuses something."""

from collections.abc import Mapping

from wecom_sync.reporting.language import Text
from wecom_sync_tools.console.codes import MessageCode

SYSTEM_TEXTS: Mapping[MessageCode, Text] = {
    "system_missing": Text("there is no such file or folder", "文件或目录不存在"),
    "system_not_folder": Text("a part of the path is not a folder", "路径中有一段不是目录"),
    "system_is_folder": Text("it is a folder", "这是目录"),
    "system_exists": Text("something of that name exists", "已有同名的文件或目录"),
    "system_denied": Text("you have no permission", "没有权限"),
    "system_read_only": Text("the disk is read-only", "磁盘是只读的"),
    "system_full": Text("there is no space left on the disk", "磁盘空间不足"),
    "system_timed_out": Text("it timed out", "超时"),
    "system_port_taken": Text("another program is listening there", "已有其他程序在监听"),
    "system_foreign_address": Text("this machine does not have the address", "本机没有这个地址"),
    "system_unknown": Text("the system refuses it (details below)", "系统出错（详情见下）"),
    "aws_no_credentials": Text(
        "There are no AWS credentials. Run aws configure or aws sso login, or name a profile that "
        "has some in AWS_PROFILE.",
        "没有找到 AWS 凭证。请运行 aws configure 或 aws sso login，"
        "或用 AWS_PROFILE 指定已有凭证的配置。",
    ),
    "aws_credentials_expired": Text(
        "The AWS credentials have expired. Sign in again, for example with aws sso login.",
        "AWS 凭证已过期。请重新登录，例如运行 aws sso login。",
    ),
    "aws_credentials_wrong": Text(
        "AWS does not accept the credentials. Check the access key, AWS_PROFILE and the region.",
        "AWS 不认可当前凭证。请检查访问密钥、AWS_PROFILE 和区域。",
    ),
    "aws_clock": Text(
        "The clock of this machine differs too much from AWS's. Set it right.",
        "本机时间与 AWS 相差过大。请校准本机时间。",
    ),
    "aws_no_region": Text(
        "No AWS region is set. Set AWS_DEFAULT_REGION, or run aws configure.",
        "没有指定 AWS 区域。请设置 AWS_DEFAULT_REGION，或运行 aws configure。",
    ),
    "aws_no_profile": Text(
        "There is no AWS profile {profile}. Check AWS_PROFILE; aws configure list-profiles shows "
        "which there are.",
        "没有名为 {profile} 的 AWS 配置。请检查 AWS_PROFILE，"
        "可用 aws configure list-profiles 查看。",
    ),
    "aws_no_answer": Text(
        "AWS does not answer at {endpoint_url}. Check the network and the region.",
        "无法连接 AWS：{endpoint_url}。请检查网络和区域。",
    ),
    "aws_broken_off": Text(
        "The connection to AWS failed or broke off. Check the network and the proxy.",
        "与 AWS 的连接失败或中断。请检查网络和代理。",
    ),
    "aws_denied": Text(
        "AWS does not allow you to do this ({operation}). wecom-sync policy prints the rights that "
        "each role needs.",
        "AWS 不允许您执行此操作（{operation}）。各角色所需的权限可用 wecom-sync policy 查看。",
    ),
    "aws_no_bucket": Text(
        "There is no such bucket. Check the names of the two buckets and the region.",
        "没有这个存储桶。请检查两个存储桶的名称和区域。",
    ),
    "aws_busy": Text(
        "AWS is too busy or has trouble at the moment. Try again in a few minutes.",
        "AWS 当前繁忙或出现故障，请过几分钟再试。",
    ),
    "aws_not_reachable": Text(
        "AWS cannot be used. In AWS's own words:", "无法访问 AWS，原始信息如下："
    ),
    "aws_failed": Text("AWS did not do it. In its own words:", "AWS 未予执行，原始信息如下："),
    "argument_without_value": Text("takes no value ({value})", "后面不能带值（{value}）"),
}
