"""user/create (doc/90195)."""

from typing import Any, Final

from wecom_simulator.imports.fields import DEPARTMENTS, TEXT_COLUMNS, USERID
from wecom_simulator.imports.member_import import MemberImport
from wecom_simulator.state.csvfile import CsvTable
from wecom_simulator.state.errors import ApiError
from wecom_simulator.web.call import ApiCall

EXISTS: Final = 60102
NO_DEPARTMENT: Final = 60003


def create_one(call: ApiCall) -> dict[str, Any]:
    """Add a member by the rules of a row of a member file, into departments that are there."""
    body, directory = call.json(), call.corp.directory
    departments = body.get("department", [])
    if not isinstance(departments, list):
        raise ApiError(40058, "department is not a list")
    row = {column: str(body.get(name) or "") for column, name in TEXT_COLUMNS.items()}
    row |= {USERID: str(body.get("userid", "")), DEPARTMENTS: ";".join(map(str, departments))}
    with call.corp.lock:
        if directory.find(row[USERID]) is not None:
            raise ApiError(EXISTS)
        if not directory.departments.keys() >= {*departments}:
            raise ApiError(NO_DEPARTMENT)
        work = MemberImport(
            table=CsvTable((*row,), [row]),
            directory=directory,
            switches=call.corp.switches,
            replaces=False,
            invites=body.get("to_invite", True),
        )
        ((result,), _) = work.apply()
    if result["errcode"]:
        raise ApiError(result["errcode"])
    return {}
