"""WeCom's HTTP interface for one corp: token, upload, batch jobs, results, live ids."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from wecom_sync.adapters.wecom_access import WeComAccess, errcode_of, whole
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.errors import NoAnswerError, UnknownOutcomeError
from wecom_sync.domain.outcome import JobResult, ResultRow
from wecom_sync.domain.states import Job
from wecom_sync.wecom.credentials import Callback, CorpSecret
from wecom_sync.wecom.remedies import PREFIX, Call, is_of_import

UPLOAD_READ_SECONDS = 60
PAGE_ROWS = 10_000
FINISHED = 3
NO_MEDIA = "wecom-sync-doctor-no-such-media"
"""The id of no file: those that WeCom gives are longer."""


class WeComClient(WeComAccess[CorpSecret]):
    """One corp's address book."""

    def upload(self, filename: str, content: bytes) -> str:
        """Upload a temporary media file (doc/96484); return its media id, valid three days.

        `filename` must be ASCII: for any other, `requests` writes `filename*=`, and WeCom then
        sees an empty file (44001). The body is built from `content` on every attempt.
        """
        filename.encode("ascii")
        files = {"media": (filename, content, "application/octet-stream")}
        path, kind = PREFIX + Call.UPLOAD, {"type": "file"}
        answer = self._call(path, "POST", params=kind, seconds=UPLOAD_READ_SECONDS, files=files)
        return _field(answer, "media_id", path)

    def submit(self, job: Job, media_id: str, callback: Callback, *, invite: bool = False) -> str:
        """Start a batch job (doc/90980, doc/90981, doc/90982); return its job id.

        WeCom invites every new member by SMS and e-mail unless it is told not to, so it is told.
        """
        document: dict[str, object] = {
            "media_id": media_id,
            "callback": {
                "url": callback.url,
                "token": callback.credentials.token,
                "encodingaeskey": callback.credentials.aes_key,
            },
        }
        if job.has_members:
            document["to_invite"] = invite
        path = f"{PREFIX}{Call.SUBMIT}/{job}"
        return _field(self._post(path, document), "jobid", path)

    def try_write(self) -> None:
        """Ask for an import of a file that does not exist: 48002 without the right, 40007 with it.

        Of the three imports, this one removes nobody.
        """
        path = f"{PREFIX}{Call.SUBMIT}/{Job.SYNC_USER}"
        self._post(path, {"media_id": NO_MEDIA, "to_invite": False})

    def directory(self) -> Directory:
        """Read the live ids: user/list_id (doc/96067, 10,000 a page), department/simplelist.

        From a new address a contact-sync secret may read nothing else (48009).
        """
        path = PREFIX + Call.MEMBERS
        try:
            pairs = [(row["userid"], int(row["department"])) for row in self._members()]
            path = PREFIX + Call.DEPARTMENTS
            answer = self._call(path)
            departments = [
                Department(int(row["id"]), int(row["parentid"]), int(row.get("order") or 0))
                for row in answer["department_id"]
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            # A missing list must never count as an empty one: the plan would remove everybody.
            raise NoAnswerError("not understood", how="how_incomplete").of_call(path) from None
        return Directory.of(pairs, departments)

    def _members(self) -> Iterator[Mapping[str, Any]]:
        """Yield a row for each member and department. A cursor that repeats is an error."""
        cursors = [""]
        while len(cursors) == 1 or cursors[-1]:
            asked = {"cursor": cursors[-1], "limit": PAGE_ROWS}
            answer = self._post(PREFIX + Call.MEMBERS, asked)
            yield from answer["dept_user"]
            cursor = str(answer.get("next_cursor") or "")
            if cursor in cursors[1:]:
                raise ValueError("the same page again")
            cursors.append(cursor)

    def update(
        self, user_id: str, *, enable: bool | None = None, places: Collection[int] = ()
    ) -> None:
        """Enable, disable or move one account (doc/90197): nothing else of it is sent."""
        document: dict[str, object] = {"userid": user_id}
        document |= {} if enable is None else {"enable": int(enable)}
        self._post(PREFIX + Call.UPDATE, document | ({"department": [*places]} if places else {}))

    def remove(self, user_ids: Sequence[str]) -> None:
        """Remove accounts (doc/90199; one by doc/90198). It may be repeated."""
        if len(user_ids) == 1:
            self._call(PREFIX + Call.REMOVE_ONE, params={"userid": user_ids[0]})
        else:
            self._post(PREFIX + Call.REMOVE, {"useridlist": [*user_ids]})

    def result(self, job_id: str) -> JobResult:
        """Ask for a job's result (doc/91133); `status` may be missing.

        A job that failed as a whole is a result: only errors of the call itself are raised.
        """
        asked = {"jobid": job_id}
        answer = self._call(PREFIX + Call.RESULT, params=asked, is_result=_is_job_result)
        code = errcode_of(answer)
        return JobResult(
            finished=code != 0 or whole(answer.get("status"), 0) == FINISHED,
            errcode=code,
            errmsg=str(answer.get("errmsg", "")),
            rows=tuple(_rows(answer)),
        )


def _field(answer: Mapping[str, Any], name: str, path: str) -> str:
    """Return what an answer without an error must hold; without it nobody knows what was done."""
    if not answer.get(name):
        kind = UnknownOutcomeError if Call.of(path) is Call.SUBMIT else NoAnswerError
        raise kind(f"{path}: no {name}", how="how_incomplete").of_call(path)
    return str(answer[name])


def _is_job_result(answer: Mapping[str, Any]) -> bool:
    return is_of_import(errcode_of(answer), names_type=bool(answer.get("type")))


def _rows(answer: Mapping[str, Any]) -> Iterator[ResultRow]:
    """Yield the rows that have an id and an errcode. Rows of a job that still runs are `{}`."""
    result = answer.get("result")
    for row in result if isinstance(result, list) else []:
        if isinstance(row, dict) and "errcode" in row:
            row_id = row.get("userid", row.get("partyid"))
            if row_id is not None:
                rest = str(row.get("errmsg", "")), whole(row.get("action"), 0)
                yield ResultRow(str(row_id), errcode_of(row), *rest)
