"""What may happen on a day: each thing by its name, how often, and what it does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from days.office import HOMES, KEY, LAST_DAY, ROOT, STAFF, Office
from days.town import Town
from support.companies import Export
from support.dropped import altered
from support.fakes import FakeQueue
from support.world import TRUSTING
from wecom_simulator.state import faults
from wecom_sync.domain.policy import UNTIL, Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.wecom.remedies import PREFIX

JOBS = {
    True: (Job.COMPANY, Job.COMPANY, Job.COMPANY, Job.SYNC_USER),
    False: (Job.REPLACE_USER, Job.REPLACE_USER, Job.SYNC_USER, Job.REPLACE_PARTY, Job.COMPANY),
}
"""What a company drops, by whether it names people by keys."""
LIMITS = (
    '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\nremoval_percent = 100\n'
    "hold_hours = {hours}\nremovals = {removals}\n"
    '[members]\nleavers = "{leavers}"\n'
)
NONSENSE = (b"no header\n", b"", b"\xff\xfe\x00", b"PK\x03\x04", "姓名,帐号\n张三,\n".encode())
NIGHT_SECONDS = 9 * 3600
SECONDS = (1, 31, 61, 61, 400, 400, 4_000, 22_000)
CODES: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("gettoken", "user/list_id", "department/simplelist", "media/upload"), ()),
    **dict.fromkeys((f"batch/{job}" for job in Job), (40007, 302005, 302008)),
    "batch/getresult": (40089,),
    **dict.fromkeys(("user/batchdelete", "user/delete"), (60111, 301005)),
}
"""Calls, and what only they are refused with."""
ANY_CODE = (-1, -1, 6000, 40001, 40014, 40058, 42001, 45009, 45033, 48002, 60020, 99_999)
REFUSALS: tuple[dict[str, Any], ...] = (
    {},
    {"allowed_ips": ("192.0.2.1",)},
    {"contact_secret": "another"},
)
"""What a company has changed at WeCom: nothing, or what makes it answer 60020 or 40001."""
KINDS = [kind for kind in faults.KINDS if kind not in {"slow", "trickle"}]
"""How WeCom fails, but for what takes real time."""
OFTEN = ["errcode", "errcode", "errcode", "errcode", "cut_after", "cut_after", "lost", "lost"]


@dataclass(slots=True)
class Day:
    """A town with its HR offices. `dropped`: what each file says, by key and version."""

    town: Town
    offices: Mapping[str, Office]
    dropped: dict[tuple[str, str], Export] = field(default_factory=dict)

    def drop(self, office: Office, job: Job, dice: Random, folder: str = "") -> None:
        export = office.export(job, dice)
        key = f"{office.corp}/{folder}{job}/{dice.choice('ab')}.csv"
        self.town.put(key, export.content(), late=dice.random() < 0.1)
        self.dropped[self.newest] = export

    @property
    def newest(self) -> tuple[str, str]:
        return [*self.town.drops.objects][-1]


type Act = Callable[[Day, Office, Random], object]
"""Lets something happen; returns False when there was no occasion."""


def _file(day: Day, office: Office, dice: Random) -> None:
    office.live(dice, day.town.clock.now)
    day.drop(office, dice.choice(JOBS[office.by_key]), dice)


def _reorganisation(day: Day, office: Office, dice: Random) -> None:
    office.reorganise(dice)
    day.drop(office, Job.COMPANY if office.by_key else Job.REPLACE_PARTY, dice)


def _same_file(day: Day, office: Office, dice: Random) -> None:
    day.drop(office, JOBS[office.by_key][0], dice)


def _plan(day: Day, office: Office, dice: Random) -> None:
    day.drop(office, dice.choice(JOBS[office.by_key]), dice, "plan/")


def _nonsense(day: Day, office: Office, dice: Random) -> None:
    job = dice.choice((*JOBS[office.by_key], "elsewhere"))
    day.town.put(f"{office.corp}/{job}/x.csv", dice.choice(NONSENSE))


def _settings(day: Day, office: Office, dice: Random) -> None:
    limits = LIMITS.format(
        hours=dice.choice((3, 24)),
        removals=dice.choice((0, 0, 50)),
        leavers=dice.choice(("remove", "disable 1", "disable 1")),
    )
    text = dice.choice((limits, limits, limits, limits + "removals = 'all'\n"))
    day.town.put(f"{office.corp}/settings.toml", text + office.settings)


def _accounts(day: Day, office: Office, dice: Random) -> bool:
    lines = [",".join(pair) for pair in _stated(office, dice).items()]
    day.town.put(f"{office.corp}/accounts.csv", "\n".join(("key,account", *lines, "")))
    return office.by_key


def _stated(office: Office, dice: Random) -> dict[str, str]:
    """Return whose accounts somebody might say that they are, also wrongly."""
    people = dice.sample(range(office.hired), 2)
    accounts = (f"u{people[1]}", "", "-", f"v{people[0]}")
    lines = [(f"u{people[0]}", dice.choice(accounts)), (f"u{people[1]}", f"u{people[1]}")]
    return dict(lines[: dice.randint(0, 2)])


def _those(day: Day, *states: State) -> list[Run]:
    return [run for run in day.town.runs if run.state in states]


def _approval(day: Day, _office: Office, dice: Random) -> bool:
    held = _those(day, State.HELD)
    for run in held[-1:]:
        shown = altered(run, plan_digest="0" * 64) if dice.random() < 0.2 else run
        decision = {"plan": str(shown.proposal.digest)}
        decision |= {"without": "removals"} if dice.random() < 0.2 else {}
        if dice.random() < 0.3:
            accounts = _stated(day.offices[run.corp], dice)
            answer = json.dumps({**decision, "accounts": accounts})
            day.town.put(f"{run.corp}/answer/{run.run_id}.json", answer)
        else:
            day.town.decide(run, decision="approve", **decision)
    return bool(held)


def _decision(day: Day, _office: Office, dice: Random) -> bool:
    waiting = _those(day, State.HELD, State.QUEUED, State.RECEIVED) or day.town.runs
    if waiting and dice.random() < 0.5:
        day.town.decide(dice.choice(waiting), decision="cancel")
    elif waiting:
        day.town.decide(dice.choice(day.town.runs), decision="dismiss")
    return bool(waiting)


def _rollback(day: Day, _office: Office, dice: Random) -> bool:
    runs = [run for run in _those(day, State.SUCCEEDED, State.PARTIAL) if run.is_full]
    if runs:
        run = dice.choice(runs)
        day.town.put(run.key, "", again=f"rollback {run.run_id}")
    return bool(runs)


def _retry(day: Day, _office: Office, dice: Random) -> bool:
    runs = [run for run in day.town.runs if run.job and run.state in RETRIED]
    if runs:
        run = dice.choice(runs)
        day.town.put(run.key, "", again=f"retry {run.run_id}")
    return bool(runs)


def _restored(day: Day, office: Office, dice: Random) -> bool:
    own = [drop for drop in day.dropped if drop[0].startswith(f"{office.corp}/")]
    if own:
        drop = dice.choice(own)
        if drop in day.town.drops.objects:
            day.town.put(drop[0], day.town.drops.content("", *drop))
            day.dropped[day.newest] = day.dropped[drop]
    return bool(own)


def _deleted(day: Day, office: Office, dice: Random) -> bool:
    there = [drop for drop in day.town.drops.objects if drop[0].startswith(f"{office.corp}/")]
    if there:
        del day.town.drops.objects[dice.choice(there)]
    return bool(there)


def _event_again(day: Day, _office: Office, dice: Random) -> bool:
    town = day.town
    if town.late and dice.random() < 0.7:
        town.send(dice.randrange(len(town.late)))
    elif town.events:
        queue, event = dice.choice(town.events)
        queue.send(event)
    return bool(town.events)


def _wecom_fails(day: Day, office: Office, dice: Random) -> None:
    """Let a few of a company's calls, imports or events go wrong."""
    call, codes = dice.choice([*CODES.items()])
    kind = dice.choice(KINDS + OFTEN)
    fault: dict[str, Any] = {"kind": kind, "corp_id": f"ww-{office.corp}"}
    if faults.KINDS[kind] == "request":
        fault["path"] = f"{PREFIX}{call}"
        fault["errcode"] = dice.choice((*ANY_CODE, *codes * 3))
    if kind == "http_status":
        fault["status"] = dice.choice((302, 429, 503))
    if kind == "late":
        fault["seconds"] = dice.choice((90.0, 4_000.0, 30_000.0))
    day.town.platform.add_fault({**fault, "times": dice.randint(1, 4)})


def _refuses(day: Day, office: Office, dice: Random) -> None:
    """Let WeCom refuse a company's address or secret until further notice, or no more."""
    corp = day.town.platform.corp(f"ww-{office.corp}")
    corp.settings = replace(corp.config, **dice.choice(REFUSALS))
    _file(day, office, dice)
    for _ in range(dice.choice((2, 6, 30))):
        day.town.pass_time(300)
        day.town.sweep_now()


def _waiting(day: Day, dice: Random) -> list[FakeQueue]:
    """Return the queues in which messages wait, after what can be done at once."""
    day.town.pass_time(dice.choice((0, 0, 1, 6)))
    return [queue for queue in day.town.queues if queue.messages]


def _lost(day: Day, _office: Office, dice: Random) -> bool:
    return bool(_waiting(day, dice)) and bool(day.town.lose_messages())


def _doubled(day: Day, _office: Office, dice: Random) -> bool:
    queues = _waiting(day, dice)
    for queue in queues:
        queue.messages.append(dice.choice(queue.messages))
    return bool(queues)


def _out_of_order(day: Day, _office: Office, dice: Random) -> bool:
    """Let messages come in another order, some of them much later."""
    queues = _waiting(day, dice)
    for queue in queues:
        queue.messages[:] = [
            (time + dice.choice((0, 5, 300, 5_000)), message) for time, message in queue.messages
        ]
        dice.shuffle(queue.messages)
    return bool(queues)


def _deaths(day: Day, _office: Office, dice: Random) -> None:
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        day.town.deaths.arm(
            dice.choice((dice.randrange(12), dice.randrange(60))), day.town.deaths.die
        )


def _meeting(day: Day, _office: Office, dice: Random) -> None:
    for _ in range(dice.choice((1, 2, 4))):
        day.town.deaths.arm(dice.randrange(40), day.town.meet)


def _topic_away(day: Day, _office: Office, dice: Random) -> None:
    day.town.publisher.failures = dice.choice((1, 3, 9))


def _time(day: Day, _office: Office, dice: Random) -> None:
    day.town.pass_time(dice.choice(SECONDS))


def _clock_leaps(day: Day, _office: Office, dice: Random) -> None:
    """Let time go by in which no function runs."""
    day.town.clock.now += dice.choice(SECONDS)


def _night(day: Day, _office: Office, _dice: Random) -> None:
    """Let midnight pass: whose last day it was is due."""
    day.town.pass_time(NIGHT_SECONDS)
    day.town.sweep_now()


def _sweep(day: Day, _office: Office, dice: Random) -> None:
    day.town.sweep_now()
    day.town.pass_time(dice.choice((0, 300)))


HAPPENINGS: Mapping[str, tuple[int, Act]] = {
    "file": (24, _file),
    "reorganisation": (4, _reorganisation),
    "same file": (3, _same_file),
    "file to be planned only": (1, _plan),
    "nonsense": (2, _nonsense),
    "settings": (4, _settings),
    "accounts stated": (3, _accounts),
    "approval": (16, _approval),
    "other decision": (4, _decision),
    "rollback": (5, _rollback),
    "retry": (5, _retry),
    "old version restored": (2, _restored),
    "object deleted": (1, _deleted),
    "event late or again": (5, _event_again),
    "WeCom fails": (16, _wecom_fails),
    "WeCom refuses for hours": (6, _refuses),
    "messages lost": (5, _lost),
    "messages doubled": (6, _doubled),
    "messages out of order": (6, _out_of_order),
    "deaths": (12, _deaths),
    "functions meet": (10, _meeting),
    "topic away": (2, _topic_away),
    "time passes": (36, _time),
    "clock leaps": (3, _clock_leaps),
    "sweep": (6, _sweep),
    "night": (8, _night),
}
"""How often among the others, and what it does."""


def opened(town: Town, dice: Random) -> Day:
    """Let the companies have departments and people at WeCom, and trust their files."""
    offices = {corp: Office(corp, by_key=corp == "keys") for corp in town.wecoms}
    for office in offices.values():
        staff = [] if office.by_key else [*office.people.values()][: STAFF - 2]
        members = [
            {"userid": it.id, "name": it.name, "mobile": it.mobile, "departments": [2]}
            for it in staff
        ]
        units = [{"id": at, "name": HOMES[at], "parent_id": 1} for at in office.homes]
        town.platform.add_corp(
            {
                "corp_id": f"ww-{office.corp}",
                "contact_secret": f"secret-{office.corp}",
                "root_name": ROOT,
                "creator": "u1",
                "members": members,
                "departments": units if staff else [],
            }
        )
        town.store.put_policy(office.corp, _policy(office, dice), 0)
    return Day(town, offices)


def _policy(office: Office, dice: Random) -> Policy:
    changes: dict[str, Any] = {"removal_percent": 100}
    changes |= {"removals": dice.choice((0, 50)), "leavers": dice.choice(("remove", "disable 1"))}
    if office.by_key:
        changes["rows"] = {LAST_DAY: (UNTIL,)}
        changes |= {"key": KEY, "company": ROOT}
    return replace(TRUSTING, hold_hours=24, **changes)
