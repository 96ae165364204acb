"""Cells of members that no file may have, just outside of the rules of their columns."""

from collections.abc import Mapping, Sequence

_TABLE: Mapping[str, Mapping[str, str]] = {
    "姓名": {
        "cell_too_long": "张" * 65 + "|" + "a" * 65,
        "name_placeholder": "nan|NULL|(null)|0|None|n/a|undefined|nil",
        "name_number": "13911110001|１００２",
        "name_is_contact": "a@x.cn|a@b.xn--fiqs8s|+4917112345678|+86 (138) 0000-0000",
        "name_formula": "=A2",
        "name_question_mark": "?田|李？",
    },
    "帐号": {
        "user_id_invalid": "a" * 65 + "|" + "张三|é|ａ1|_a|-0|.a|@a|a b|a\xa0b|a/b|a+b|a;b|a'",
        "user_id_damaged": "10001.0|10001.00|1.38E+10|1.5e15|1e+15|2024/3/1|3/1",
    },
    "手机号": {
        "mobile_invalid": (
            "12999999999|20000000000|1380000000|138000000000|00000000000|02012345678|"
            "138 0000 000|0013800000000|861380000001|85291234567|+8612800000000|+8613800000|"
            "+86|+85|+683123|+1234567890123456|+05291234567|+49 (0)171 1234567|"
            "+49 (0171) 1234567|-|+|0|110"
        ),
        "mobile_starred": "139****1111",
        "mobile_letters": (
            "1380000000O|13800000000/13900000000|13800000000;13900000000|13800000000 张三|abc|无"
        ),
        "mobile_damaged": "1.38E+10|1.38e10|1.38001E+10|13800000000.0|13800000000.",
        "cell_error_value": "#N/A",
    },
    "邮箱": {
        "email_too_long": "a" * 60 + "@x.cn",
        "email_invalid": (
            "a|a@|@b.cn|a@b|a.b.cn|a@@b.cn|a@.cn|a@b..cn|a@b.cn.|a@-b.cn|a@b_c.cn|a b@c.cn|"
            "a@b c.cn|a＠b.cn|张@b.cn|a@例子.公司|a@b.cn;c@b.cn|<a@b.cn>|张三 <a@b.cn>|"
            "mailto:<a@b.cn>|-|无"
        ),
        "cell_error_value": "#REF!",
    },
    "所在部门": {
        "department_list_invalid": "部" * 65 + "|" + "0|总部//研发|/研发|研发*测试",
        "department_list_blank": "1;;2|1;2;|;1",
        "department_twice": "1;研发;2;1|研发/平台; 研发 / 平台",
        "department_damaged": "2.0|2;1E+5|2.00|1.38E+3",
        "departments_of_member_too_many": ";".join(map(str, range(1, 102))),
    },
    "职位": {
        "cell_too_long": "长" * 129,
    },
    "性别": {
        "gender_invalid": "mann|Mr|3|无",
    },
    "是否部门内领导": {
        "leader_list_invalid": "2|有|;",
    },
    "排序": {
        "order_list_invalid": "4294967296|-1|1.5|1e3|a",
    },
    "别名": {
        "cell_too_long": "a" * 65,
        "name_placeholder": "undefined|NULL",
        "name_formula": "=B3",
        "cell_error_value": "#n/a",
    },
    "地址": {
        "cell_too_long": "地" * 129,
    },
    "座机": {
        "telephone_invalid": (
            "111111111111111111111111111111111|020-1234转|020-12345678 020-87654321|1.2E+7|无"
        ),
    },
    "禁用": {
        "disabled_invalid": "2|停|-1",
    },
}
BAD_CELLS: Mapping[str, Mapping[str, Sequence[str]]] = {
    column: {code: cells.split("|") for code, cells in codes.items()}
    for column, codes in _TABLE.items()
}
"""What is told of which cells, by column."""
