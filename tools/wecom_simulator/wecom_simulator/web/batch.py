"""media/upload and the batch endpoints (doc/90253, doc/90980 to doc/90983)."""

from typing import Any, Final

from wecom_simulator.imports.fields import parse
from wecom_simulator.imports.member_import import MemberImport
from wecom_simulator.imports.party_import import PartyImport
from wecom_simulator.state import jobs
from wecom_simulator.state.errors import ApiError, JobError
from wecom_simulator.state.jobs import ImportJob, JobKind
from wecom_simulator.state.media import parse_upload
from wecom_simulator.web.callbacks import parse_target
from wecom_simulator.web.platform import ApiCall

MAX_JOB_ID_BYTES: Final = 64


def upload(call: ApiCall) -> dict[str, Any]:
    if call.request.query.get("type") != "file":
        raise ApiError(40005, "type=file is missing in the query")
    filename, content = parse_upload(call.request.content_type, call.request.body)
    with call.corp.lock:
        media = call.corp.media.add(filename, content, call.now)
    return {"type": "file", "media_id": media.media_id, "created_at": str(int(media.created_at))}


def submit(kind: JobKind, call: ApiCall) -> dict[str, Any]:
    body = call.json()
    media_id, invites = _parameters(body, kind)
    callback = parse_target(body["callback"]) if body.get("callback") is not None else None
    corp, switches = call.corp, call.corp.switches
    with corp.lock:
        content = corp.media.get(media_id, call.now).content
        corp.jobs.check_free()
        work, errcode = _prepared(call, kind, content, invites=invites)
        rows = len(work.table.rows) if work else 0
        job = ImportJob(
            job_id=corp.jobs.new_id(kind, call.now),
            kind=kind,
            media_id=media_id,
            created_at=call.now,
            duration_seconds=switches.job_base_seconds
            + switches.job_seconds_per_1000_rows * rows / 1000,
            file_rows=rows,
            apply=work.apply if work else None,
            errcode=errcode,
            callback=callback,
            invites=None if kind is jobs.REPLACE_PARTY else invites,
        )
        _spoil(call, job)
        corp.jobs.add(job)
    early = call.platform.faults.take("callback", corp.corp_id, call.request.path, ("early",))
    if early:
        call.platform.end_job(corp, job, in_background=False)
    else:
        call.platform.start_job(corp, job)
    return {"jobid": job.job_id}


def get_result(call: ApiCall) -> dict[str, Any]:
    job_id = call.request.query.get("jobid", "")
    if not job_id or len(job_id.encode()) > MAX_JOB_ID_BYTES:
        raise ApiError(40058, "jobid is missing or too long")
    with call.corp.lock:
        job = call.corp.jobs.get(job_id)
        return jobs.result_of(job, call.now)


def _parameters(body: dict[str, Any], kind: JobKind) -> tuple[str, bool]:
    media_id = body.get("media_id", "")
    if media_id in {"", None}:
        raise ApiError(41006)
    if not isinstance(media_id, str):
        raise ApiError(40058, "media_id is not a string")
    if kind is jobs.REPLACE_PARTY and "to_invite" in body:
        raise ApiError(40058, "replaceparty has no to_invite")
    invites = body.get("to_invite", True)
    if not isinstance(invites, bool):
        raise ApiError(40058, "to_invite is not true or false")
    return media_id, invites


def _prepared(
    call: ApiCall, kind: JobKind, content: bytes, *, invites: bool
) -> tuple[MemberImport | PartyImport | None, int]:
    """Return the checked import, or what is known of it, and the code that refuses it (or 0)."""
    work: MemberImport | PartyImport | None = None
    corp = call.corp
    try:
        table = parse(content)
        if kind is jobs.REPLACE_PARTY:
            work = PartyImport(table, corp.directory)
        else:
            work = MemberImport(
                table=table,
                directory=corp.directory,
                replaces=kind is jobs.REPLACE_USER,
                invites=invites,
                blank_clears=corp.switches.blank_clears,
                blank_enables=corp.switches.blank_enables,
            )
        work.check()
    except JobError as error:
        return work, error.errcode
    return work, 0


def _spoil(call: ApiCall, job: ImportJob) -> None:
    fault = call.platform.faults.take("job", call.corp.corp_id, call.request.path)
    if fault and fault.kind == "hang_job":
        job.hung = True
    elif fault:
        job.errcode = fault.errcode
