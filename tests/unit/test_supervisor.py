"""How long a worker that keeps dying is waited for."""

from core.serving.supervisor import LONGEST_PAUSE, pause_before_restart


def test_each_further_failure_doubles_the_pause() -> None:
    assert [pause_before_restart(failures) for failures in (1, 2, 3, 4)] == [1, 2, 4, 8]


def test_the_pause_has_an_end() -> None:
    assert pause_before_restart(6) == pause_before_restart(500) == LONGEST_PAUSE
