"""What is said of the departments of a company file."""

from collections.abc import Mapping

from wecom_sync.domain.texts import TextCode
from wecom_sync.reporting.language import Text

DEPARTMENTS: Mapping[TextCode, Text] = {
    "warning_separator": Text(
        "The names in the paths of departments are separated by 「{separator}」.",
        "部门路径中的各级名称以「{separator}」分隔。",
    ),
}
