"""What becomes of a run: short ways to bring one there, and to say so."""

from support.world import World
from wecom_sync.domain.run import Run, State


def after_a_day(world: World, key: str, content: bytes | str) -> Run:
    """Drop a file and let a day pass; return the file's run."""
    world.drop(key, content)
    world.finish()
    return world.run_of(key)


def approved(world: World, run: Run) -> Run:
    """Approve a held run; return what it is ten minutes later."""
    world.approve(run)
    world.pass_time(600)
    return world.run_of(run.key)


def state_and_why(run: Run) -> tuple[State, object]:
    """Return a run's state, and WeCom's error code or else the code of the run's reason."""
    if run.reason is None:
        return run.state, None
    return run.state, run.reason.params.get("errcode", run.reason.code)
