"""Two messages about one run at the same moment: one of them moves it, neither fails."""

import pytest

from support.world import World, departments, members
from wecom_sync.run import State

KEY = "acme/syncuser/team.csv"


def let_another_message_in(world: World) -> None:
    """While the next file is being read, a second message about its run is handled whole."""
    read = world.drops.content

    def content(bucket: str, key: str, version: str) -> bytes:
        world.drops.content = read  # type: ignore[method-assign]
        world.intake.advance(world.run_of(key).run_id)
        return read(bucket, key, version)

    world.drops.content = content  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("content", "state"),
    [(members("a"), State.SUCCEEDED), ("姓名,帐号\n", State.REJECTED)],
)
def test_a_drop_that_another_message_checks_at_the_same_time_is_checked_once(
    content: str, state: State
) -> None:
    world = World()
    let_another_message_in(world)

    world.drop(KEY, content)
    world.finish()

    assert world.run_of(KEY).state is state
    assert len(world.publisher.published) == 1


def test_settings_that_another_message_puts_in_force_at_the_same_time_are_put_in_force_once() -> (
    None
):
    world = World()
    let_another_message_in(world)

    world.drop("acme/settings.toml", "[limits]\nremovals = 7\n")
    world.finish()

    assert world.run_of("acme/settings.toml").state is State.SUCCEEDED
    assert world.store.policy("acme").removals == 7


def test_a_run_that_is_woken_while_its_file_is_still_being_checked_goes_on() -> None:
    world = World()
    world.drop("acme/replaceparty/d.csv", departments())
    world.drop(KEY, members("a"))
    let_another_message_in(world)

    world.finish()

    assert world.run_of(KEY).state is State.SUCCEEDED
    assert world.run_of("acme/replaceparty/d.csv").state is State.SUCCEEDED
