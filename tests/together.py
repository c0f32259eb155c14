"""Several writers at once, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

DEADLINE_SECONDS = 60


def together(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Starts all deeds at one barrier; returns what each returned or, in its place, the exception it raised."""
    barrier = threading.Barrier(len(deeds))
    results: list[Any] = [None] * len(deeds)

    def run(number: int) -> None:
        try:
            barrier.wait(DEADLINE_SECONDS)
            results[number] = deeds[number]()
        except Exception as error:  # noqa: BLE001  (the test judges it)
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_SECONDS)
    if any(thread.is_alive() for thread in threads):
        raise TimeoutError(f"not done within {DEADLINE_SECONDS} s")
    return results
