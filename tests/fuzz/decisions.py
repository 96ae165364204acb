"""Decision objects: carried out if they say so exactly, or answered; nothing else happens."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from fuzz.attempt import Target
from fuzz.damage import bytes_damaged, text_damaged
from support.stress import copied_table
from support.world import BOSS, World, members, s3_event, silence
from wecom_sync.adapters.dynamodb_items import plain, wire
from wecom_sync.domain.drop import Drop, s3_objects
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.run_pages import run_page
from wecom_sync.use_cases.holds import MAX_DECISION_BYTES

CORPS = ("acme", "other")
VERSION = "of the decision"
FULL, PLAN, SYNC, BAD = (
    "replaceuser/staff.csv", "plan/replaceuser/staff.csv", "syncuser/some.csv", "syncuser/bad.csv",
)  # fmt: skip
HASH_CHARS = 12
"""How much of a hash names a plan at least."""
WAIT = frozenset({State.RECEIVED, State.HELD, State.QUEUED})
"""States of our runs in which somebody may cancel them."""
VALUES = (
    "null", "true", "0", "-1", "1e999", "NaN", "9" * 5_000, '""', '" "', '"approve"', '"APPROVE"',
    '"approve "', '"аpprove"', '"cancel"', '"批准"', "[]", '["approve"]', '{"decision": "approve"}',
    '"\\ud800"', '"\\u0000"', '"\\u0061pprove"', '"' + "x" * 3_000 + '"', "[" * 1_900 + "]" * 1_900,
    '{"a": ' * 600 + "1" + "}" * 600, '"\u202e"', '"\\n\\n"', "0x1", "'approve'",
)  # fmt: skip
NAMES = ("decision", "plan", "note", "Decision", "plan_digest", "by", "", "decision ", "corp")
WRAPS = (
    "[{}]", '{{"decision": {}}}', "{}{}", "{} // yes", "\ufeff{}", "{}\x00", " \r\n\t{}\n", '"{}"',
    "{},", "({})", "{{{}}}",
)  # fmt: skip
PRINCIPALS = ("AWS:AROAEXAMPLE:boss", "", "AWS:AIDA", "x" * 2_000, "<b>\u202e\n", "员工")


@dataclass(frozen=True, slots=True)
class Said:
    """A decision: where the object lies, what it holds, None when it is gone, and who put it."""

    key: str
    content: bytes | None
    principal: str = BOSS


class DecisionTarget(Target[Said]):
    """Two corps, each with a run that is held, one that waits, and some that have ended."""

    def __init__(self, seed: int) -> None:
        with silence():
            self._world = world = World(*CORPS)
            self._stage(world)
        self.runs = dict(world.store.runs_by_id)
        self._tables = _copies(world.store), _copies(world.reports)

    def made_up(self, random: Random) -> Said:
        names = (FULL, FULL, FULL, FULL, SYNC, PLAN, BAD)
        run = self._run(random.choice(CORPS), random.choice(names))
        digests = [str(run.plan_digest)] * 6
        digests += [str(each.plan_digest) for each in self.runs.values()]
        own = digests[0]
        digests += [own.upper(), own[:12], own[:11], f"{own} ", "0" * 64, ""]
        key = _key(random, run)
        content = _content(random, random.choice(digests))
        if random.randrange(200) == 0:
            return Said(key, None)
        return Said(key, content, random.choice(PRINCIPALS))

    def findings(self) -> Iterator[tuple[str, Said]]:
        run = self._run("acme", FULL)
        honest = f'{{"decision": "approve", "plan": "{run.plan_digest}"}}'
        for name, content in {
            "an honest approval": honest.encode(),
            "an approval in UTF-16": honest.encode("utf-16"),
            "two decisions in one": f'{honest[:-1]}, "decision": "cancel"}}'.encode(),
            "half of a character in the note": f'{honest[:-1]}, "note": "\\ud800"}}'.encode(),
            "half of a character in the plan": b'{"decision": "cancel", "plan": "\\ud800"}',
        }.items():
            yield name, Said(f"acme/decide/{run.run_id}.json", content)

    def judged(self, given: Said) -> tuple[str, list[str]]:
        """Let a decision come in, twice, in a world as it was in the beginning."""
        world, decision = self._world, given
        for place, tables in zip((world.store, world.reports), self._tables, strict=True):
            vars(place).update({name: copied_table(table) for name, table in tables.items()})
        for queue in (
            world.drop_queue,
            world.submit_queue,
            world.results_queue,
            world.publish_queue,
        ):
            queue.messages.clear()
        world.drops.objects.clear()
        if decision.content is not None:
            world.drops.put(world.clock.now, decision.key, VERSION, decision.content)
        (put,) = s3_objects(s3_event(decision.key, VERSION, world.clock.now, decision.principal))
        self._take(put)
        after = _runs(world)
        self._take(put)
        faults = [] if _runs(world) == after else ["an event that came again did more"]
        world.publish()
        faults += ["not published"] * world.counted.pop("NotPublished", 0)
        changed = [run for run_id, run in after.items() if self.runs.get(run_id) != run]
        if len(changed) == decision.key.endswith("/"):
            return "nothing", [*faults, f"{len(changed)} runs were changed"]
        if not changed:
            return "folder", faults
        (run,) = changed
        before = self.runs.get(run.run_id)
        faults += _kept(run)
        if before is None:
            return "rejected", [*faults, *_rejected(decision, run), *self._names_nobody(decision)]
        faults += [] if _names(decision, before) else ["a run that it does not name was changed"]
        outcome, meant = _outcome(before, run), _meant(decision, before)
        faults += [f"{outcome}, although it says {meant}"] * (outcome != meant)
        return outcome, [*faults, *_answered(decision, before, run)]

    def _take(self, put: Drop) -> None:
        """Take a drop in; a run of its own is checked at once."""
        run = self._world.intake.receive(put)
        if run is not None and run.run_id not in self.runs:
            self._world.intake.advance(run.run_id)

    def _names_nobody(self, decision: Said) -> Iterator[str]:
        if any(_names(decision, run) for run in self.runs.values()):
            yield "the run that it names has no answer"

    @staticmethod
    def _stage(world: World) -> None:
        """Let runs come to every state that matters."""
        for corp in CORPS:
            staff = [f"{corp}{number}" for number in range(6)]
            world.store.put_policy(corp, Policy(first_replace="hold"), 0)
            world.wecoms[corp].hire(*staff)
            world.drop(f"{corp}/{FULL}", members(*staff))
            world.drop(f"{corp}/{PLAN}", members("u1"))
            world.drop(f"{corp}/{BAD}", "not a table")
        world.finish()
        for corp in CORPS:
            world.drop(f"{corp}/{SYNC}", members("u1"))
            world.step()  # and no further: it waits
        world.publish()

    def _run(self, corp: str, name: str) -> Run:
        return next(run for run in self.runs.values() if run.key == f"{corp}/{name}")


def _runs(world: World) -> dict[str, Run]:
    return {run_id: world.current_run(run) for run_id, run in world.store.runs_by_id.items()}


def _copies(place: object) -> dict[str, Any]:
    tables = (dict, set, list)
    return {
        name: copied_table(table) for name, table in vars(place).items() if type(table) in tables
    }


def _key(random: Random, run: Run) -> str:
    corp, name, end = run.corp, run.run_id, ".json"
    match random.randrange(20):
        case 0:
            corp = random.choice((*CORPS, "nobody", "-", "", "ACME", ".."))
        case 1:
            name = random.choice(
                (name[:-1], name.upper(), f"{name}0", f" {name}", "", "..", "员工")
            )
        case 2:
            name = f"{name[:-12]}{random.randrange(16**12):012x}"
        case 3:
            end = random.choice(("", ".JSON", ".json.json", ".json/", ".csv", "/x.json", "\n.json"))
        case 4:
            return f"{corp}/{random.choice(('Decide', 'decide/decide', 'plan/decide'))}/{name}{end}"
    return f"{corp}/decide/{name}{end}"


def _content(random: Random, digest: str) -> bytes:
    """Return what the object holds: mostly a decision, often damaged."""
    pairs = [("decision", '"approve"'), ("plan", json.dumps(digest))]
    if random.random() < 0.3:
        pairs = [("decision", '"cancel"')]
    if random.random() < 0.3:
        pairs.append(("note", json.dumps(random.choice(("请批准", "x" * 300, "<script>", "=1+1")))))
    for _ in range(random.choice((0, 0, 0, 1, 1, 2))):
        _damage(random, pairs)
    listed = ", ".join(f"{json.dumps(name)}: {value}" for name, value in pairs)
    text = f"{{{listed}}}"
    if random.random() < 0.1:
        text = random.choice(WRAPS).format(*[text] * 2)
    elif random.random() < 0.2:
        text = text_damaged(random, text)
    if random.randrange(50) == 0:
        text += " " * random.choice((MAX_DECISION_BYTES, 10 * 2**20))
    encoding = random.choice(("utf-8",) * 16 + ("utf-8-sig", "utf-16", "utf-16-le", "gbk"))
    content = text.encode(encoding, errors="replace")
    return bytes_damaged(random, content) if random.random() < 0.05 else content


def _damage(random: Random, pairs: list[tuple[str, str]]) -> None:
    at = random.randrange(len(pairs))
    match random.randrange(5):
        case 0:
            pairs[at] = pairs[at][0], random.choice(VALUES)
        case 1:
            pairs[at] = random.choice(NAMES), pairs[at][1]
        case 2:
            pairs.insert(at, (random.choice(NAMES), random.choice(VALUES)))
        case 3:
            pairs.append(pairs[at])
        case _ if len(pairs) > 1:
            del pairs[at]


def _names(decision: Said, run: Run) -> bool:
    """Whether the object lies where decisions about a run belong."""
    return decision.key == f"{run.corp}/decide/{run.run_id}.json"


def _meant(decision: Said, run: Run) -> str:
    """Return what the object means for a run, read without our reader."""
    fields = _read(decision.content or b"")
    if fields.keys() - {"plan", "note"} != {"decision"}:
        return "answered"
    if fields["decision"] == b"cancel" and run.state in WAIT:
        return "cancelled"
    plan = fields.get("plan", b"")
    is_plan = len(plan) >= HASH_CHARS and str(run.plan_digest).encode().startswith(plan)
    if fields["decision"] == b"approve" and is_plan and run.state is State.HELD:
        return "approved"
    return "answered"


def _read(content: bytes) -> dict[str, bytes]:
    """Read a JSON object of texts, each name once. An empty one stands for anything else."""
    try:
        text = content.decode("utf-8-sig")
        pairs = json.loads(text, object_pairs_hook=lambda items: items)
        fields = {name: value.encode() for name, value in pairs}
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}
    is_object = text.strip().startswith("{") and len(content) <= MAX_DECISION_BYTES
    return fields if is_object and len(fields) == len(pairs) else {}


def _outcome(before: Run, run: Run) -> str:
    if run.approval != before.approval:
        return "approved"
    return "answered" if run.state is before.state else run.state.lower()


def _answered(decision: Said, before: Run, run: Run) -> Iterator[str]:
    """Say what is wrong with the answer in the timeline."""
    steps = run.timeline[len(before.timeline) :]
    # Nobody's word is known without an object: the event may be made up.
    by = "" if decision.content is None else decision.principal
    if len(steps) != 1 or steps[0].said is None or steps[0].said.by != by:
        yield "the timeline does not say whose word it was"
        return
    if run.state is before.state and not steps[0].why:
        yield "the timeline does not say why not"
    if run.approval != before.approval and run.approval and run.approval.by != decision.principal:
        yield "somebody else approved"


def _rejected(decision: Said, run: Run) -> Iterator[str]:
    if run.state is not State.REJECTED or run.reason is None:
        yield f"a run of its own that is {run.state}"
    if run.key != decision.key:
        yield "a rejected run of another key"


def _kept(run: Run) -> Iterator[str]:
    """Say whether the table and the documents can keep a run."""
    if Run.from_document(plain(wire(run.to_document()))) != run:
        yield "reads back as something else"
    for language in Language:
        json.dumps(run_page(run, [], [], language), ensure_ascii=False).encode()
