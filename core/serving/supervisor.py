"""Two programs as one: the web server and the background worker live and end together."""

import queue
import signal
import time
from collections.abc import Callable

from core.serving.processes import Child

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STOP_SECONDS = 6.0
# A worker that ran for this long had no trouble starting, so the next trouble is a new one.
STEADY_SECONDS = 60.0
LONGEST_PAUSE = 30.0


def pause_before_restart(failures: int) -> float:
    """1, 2, 4, ... up to LONGEST_PAUSE seconds."""
    return float(min(LONGEST_PAUSE, 2 ** max(0, failures - 1)))


class Supervisor:
    """Ends with the web server; starts the worker anew when it dies; stops both when asked."""

    def __init__(self, web: Child, worker: Child, say: Callable[[str], None]) -> None:
        self.web = web
        self.worker = worker
        self.say = say
        self.failures = 0
        self.started_at = 0.0
        self.restart_at: float | None = None
        # A SimpleQueue may be put to from a signal handler, an Event or a Queue may not.
        self.inbox: queue.SimpleQueue[int] = queue.SimpleQueue()

    def run(self, on_tick: Callable[[], None]) -> int:
        """Until told to stop (0) or the web server is gone (1). `on_tick` is called about five times a second."""
        for signum in (*STOP_SIGNALS, signal.SIGCHLD):
            signal.signal(signum, lambda received, _frame: self.inbox.put(received))
        try:
            self.web.start()
            self.start_worker()
            return self._watch(on_tick)
        finally:
            self.stop()

    def start_worker(self) -> None:
        self.restart_at = None
        self.started_at = time.monotonic()
        self.worker.start()

    def stop(self) -> None:
        """Both are asked at once and share the same few seconds."""
        deadline = time.monotonic() + STOP_SECONDS
        for child in (self.web, self.worker):
            child.ask_to_stop()
        for child in (self.web, self.worker):
            child.wait(deadline - time.monotonic())

    def _watch(self, on_tick: Callable[[], None]) -> int:
        while True:
            if self._next_signal() in STOP_SIGNALS:
                return 0
            if (code := self.web.exit_code()) is not None:
                self.say(f"The web server ended with {code}.")
                return 1
            self._mind_the_worker()
            on_tick()

    def _next_signal(self) -> int | None:
        try:
            return self.inbox.get(timeout=0.2)
        except queue.Empty:
            return None

    def _mind_the_worker(self) -> None:
        now = time.monotonic()
        if self.restart_at is None:
            if (code := self.worker.exit_code()) is not None:
                self.worker.kill_group()
                self._plan_restart(now, code)
        elif now >= self.restart_at:
            self.start_worker()

    def _plan_restart(self, now: float, code: int) -> None:
        self.failures = 1 if now - self.started_at > STEADY_SECONDS else self.failures + 1
        pause = pause_before_restart(self.failures)
        self.restart_at = now + pause
        self.say(f"The worker ended with {code}; it starts again in {pause:.0f} s.")
