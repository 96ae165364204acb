"""The passes that find evidence about the changes of a member file, each on its own. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import lt

from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, KEY_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.planning.changes import AGAIN, Change, Evidence
from wecom_sync.planning.identity import is_another, same_people
from wecom_sync.planning.memory.sent import asked_before
from wecom_sync.planning.night import Night
from wecom_sync.planning.plan import few_of

AGAIN_SECONDS = 14 * 86_400
"""How long after a removal the next one counts as a repetition."""
BLOCK = 5
"""So many who stood together do not leave together by chance."""
_NEARLY_ALL = 0.9
"""Where so many are missing, it is another file altogether, and no part of this one."""


@dataclass(frozen=True)
class Scene:
    """What becomes of the people of a member file. User ids in sets are in lower case.

    `disable`: who is missing and is disabled, or is so already; `recalled`: leavers who stay after
    all; `exempt`: whom the file leaves as they are.
    """

    night: Night
    exempt: Collection[str] = ()
    disable: Collection[str] = ()
    recalled: Collection[str] = ()
    changes: tuple[Change, ...] = ()

    @cached_property
    def in_order(self) -> list[str]:
        """The keys of the changes."""
        return [change.subject.casefold() for change in self.changes]

    @cached_property
    def keys(self) -> Mapping[Kind, Mapping[str, Change]]:
        """The changes of each kind, by their keys."""
        keys: dict[Kind, dict[str, Change]] = {kind: {} for kind in Kind}
        for key, change in zip(self.in_order, self.changes, strict=True):
            for kind in change.kinds:
                keys[kind][key] = change
        return keys

    @cached_property
    def newcomers(self) -> list[str]:
        """The user ids that would be added."""
        return [change.subject for change in self.keys[Kind.ADD].values()]

    @cached_property
    def leaving(self) -> Collection[str]:
        """The keys of who would be removed or disabled."""
        return self.keys[Kind.REMOVE].keys() | self.keys[Kind.DISABLE].keys()

    @cached_property
    def touched(self) -> list[str]:
        """The keys of members who are there and whose account changes, or goes."""
        return [key for key in self.in_order if key not in self.keys[Kind.ADD]]

    @cached_property
    def missing(self) -> frozenset[str]:
        """The keys of the missing who are news, and for whom nothing else speaks."""
        if self.night.undoes is not None or not self.night.roster.job.is_full:
            return frozenset()
        staying = {
            *self.night.book.people.those(lambda it: bool(it.left or it.stays)),
            *self.exempt,
        }
        return frozenset({*self.keys[Kind.REMOVE], *self.disable} - staying)

    @cached_property
    def listed(self) -> list[str]:
        """Who is there, in the order of the last file."""
        return [key for key in self.night.book.listed if key in self.night.directory.members]

    @cached_property
    def block(self) -> list[str]:
        """The most of the missing who stood together in the last file."""
        gone = groupby(self.listed if self.missing else (), self.missing.__contains__)
        return max(([*block] for is_gone, block in gone if is_gone), key=len, default=[])

    @cached_property
    def is_cut(self) -> bool:
        """Whether that is no chance, although they may be few."""
        few = few_of(len(self.night.directory.members))
        columns = zip(*(row.cells for row in self.night.roster.rows if row.line), strict=True)
        return BLOCK <= len(self.block) <= few and not any(map(is_in_order, columns))

    @cached_property
    def asked(self) -> frozenset[str]:
        """Keys of whom a person approved as they are now, and WeCom refused."""
        return asked_before(self.night.roster, self.night.directory, self.night.book)


type Keys = Iterable[str] | Mapping[str, str]
"""Keys of those about whom something was noticed, and perhaps who else each evidently is."""
type Pass = Callable[[Scene], Keys]


def with_evidence(scene: Scene) -> tuple[Change, ...]:
    """Return the changes with what the passes notice; at the end, who stays and was noticed."""
    noticed: defaultdict[str, tuple[Evidence, ...]] = defaultdict(tuple)
    counterparts: dict[str, str] = {}
    for evidence, find in MEMBER_PASSES.items():
        keys = find(scene)
        if isinstance(keys, Mapping):
            counterparts |= keys
        for key in keys:
            noticed[key] += (evidence,)
    if not noticed:
        return scene.changes
    shared = {marks: frozenset(marks) for marks in set(noticed.values())}
    changes = []
    for key, change in zip(scene.in_order, scene.changes, strict=True):
        if marks := noticed.pop(key, ()):
            change = Change(*change[:-2], shared[marks], counterparts.get(key, ""))
        changes.append(change)
    spelt = scene.night.directory.user_ids
    changes += [
        Change(spelt.get(key, key), evidence=shared[marks], counterpart=counterparts.get(key, ""))
        for key, marks in sorted(noticed.items())
    ]
    return tuple(changes)


def _spared(scene: Scene) -> Keys:
    staying = scene.night.directory.members.keys() & scene.night.book.staying
    if not (scene.night.roster.job.is_full and staying):
        return ()
    return staying - {row.id.casefold() for row in scene.night.roster.rows}


def _returned(scene: Scene) -> Keys:
    person, added = scene.night.book.person, scene.keys[Kind.ADD].keys() - {*scene.night.mistaken}
    back = {key for key in added if person(key).row or person(key).went}
    # Who was disabled as a leaver comes back as a matter of course.
    back |= {key for key in scene.keys[Kind.ENABLE] if not person(key).off}
    return {key for key in back if person(key).went != scene.night.undoes}


def _repeated(scene: Scene) -> Keys:
    going = map(scene.night.book.person, scene.leaving if scene.night.roster.job.is_full else ())
    return [
        it.account
        for it in going
        if it.went > max(0, scene.night.dropped - AGAIN_SECONDS)
        and not (it.settled or it.left)
        and f"/{Job.SYNC_USER}/" in scene.night.book.key_of(it.since)
    ]


def _unknown(scene: Scene) -> Keys:
    person, gone = scene.night.book.person, {*scene.keys[Kind.REMOVE], *scene.disable}
    strangers = (key for key in scene.touched if key not in gone and not person(key).row)
    return [key for key in strangers if key not in scene.asked]


def _reassigned(scene: Scene) -> Keys:
    renamed = {
        key: change.subject
        for key, change in scene.keys[Kind.UPDATE].items()
        if change.columns.get(MEMBER_NAME_COLUMN, AGAIN) is not AGAIN and key not in scene.asked
    }
    if not renamed:
        return ()
    rows, columns = (
        {row.id: row.cells for row in scene.night.roster.rows},
        scene.night.roster.columns,
    )
    return [
        key
        for key, user in renamed.items()
        if is_another(
            dict(zip(columns, rows[user], strict=True)), user, scene.night.book.person(key)
        )
    ]


def _rekeyed(scene: Scene) -> Keys:
    # Matching knows who has another account already.
    if KEY_COLUMN in scene.night.file.columns:
        return ()
    pairs = same_people(
        scene.night.roster, scene.newcomers, scene.leaving, scene.night.directory, scene.night.book
    )
    return {old: new for old, new in pairs.items() if not {old, new.casefold()} <= scene.asked}


def _settling(scene: Scene) -> Keys:
    moving = scene.keys[Kind.MOVE]
    peopled = set().union(*set(scene.night.directory.members.values())) if moving else set()
    return [
        key
        for key, change in moving.items()
        if peopled.isdisjoint(map(int, change.columns[DEPARTMENTS_COLUMN][2].split(";")))
    ]


def _evicted(scene: Scene) -> Keys:
    members, condemned = scene.night.directory.members, scene.night.book.condemned
    return [key for key in scene.keys[Kind.MOVE] if members[key] <= condemned]


def _torn(scene: Scene) -> Keys:
    """Find the missing who stood together in the last file, or are all of a department.

    More than a few must do so: a page, or a block of rows; colleagues leave one by one. A smaller
    block tells as much where the file has no order in which colleagues stand together.
    """
    roster, directory = scene.night.roster, scene.night.directory
    missing, block = scene.missing, scene.block
    if not missing or len(missing) >= len(scene.listed) * _NEARLY_ALL:
        return ()
    few = few_of(len(directory.members))
    # A page that came twice stands in the place of another one, however small it is.
    pages = [it.params["count"] for it in roster.warnings if it.code == "warning_page_twice"]
    few = min([few, *(int(str(it)) - 1 for it in pages)])
    if len(block) > few or (scene.is_cut and not scene.keys[Kind.REMOVE].keys().isdisjoint(block)):
        return block
    if len(missing) <= few:
        return ()
    # Who is in two departments keeps none of them alive: the other one may be left out.
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    cells = {row.cells[at] for row in roster.rows if row.line}
    alive = {int(cell) for cell in cells if cell.isdecimal()}
    whole = [key for key in missing if not alive.issuperset(directory.members[key])]
    return whole if len(whole) > few else ()


def is_in_order(cells: Sequence[str]) -> bool:
    """Whether a column nearly stands in order, or is grouped."""
    # In this code the usual characters stand in the order of their sounds.
    steps = [text for text, _ in groupby(cell.casefold().encode("gb18030") for cell in cells)]
    if 1 < len({*steps}) == len(steps) < len(cells):
        return True
    for keys in (steps, [(len(it), it) for it in steps]):
        rising = sum(map(lt, keys, keys[1:]))
        if max(rising, len(keys) - 1 - rising) > _NEARLY_ALL * len(keys):
            return True
    return False


MEMBER_PASSES: Mapping[Evidence, Pass] = {
    Evidence.SPARED: _spared,
    Evidence.RETURNED: _returned,
    Evidence.REPEATED: _repeated,
    Evidence.GRACED: lambda scene: [
        key for key in scene.keys[Kind.REMOVE] if scene.night.book.person(key).left
    ],
    Evidence.STALE: lambda scene: [
        key
        for key in scene.touched
        if scene.night.book.person(key).overtakes(scene.night.dropped, scene.night.undoes)
    ],
    Evidence.UNKNOWN: _unknown,
    Evidence.REASSIGNED: _reassigned,
    Evidence.REKEYED: _rekeyed,
    Evidence.SETTLING: _settling,
    Evidence.EVICTED: lambda scene: [
        key
        for key in scene.keys[Kind.MOVE]
        if scene.night.directory.members[key] <= scene.night.book.condemned
    ],
    Evidence.TORN: _torn,
    Evidence.CUT: lambda scene: (
        scene.keys[Kind.DISABLE].keys() & scene.block if scene.is_cut else ()
    ),
}
"""How each piece of evidence about members is found."""
