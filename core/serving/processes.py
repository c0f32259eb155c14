"""Child processes that cannot outlive their parent, and that are ended together with their own children."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

PR_SET_PDEATHSIG = 1
# Loaded once, in the parent: between fork and exec nothing may be imported.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(signum: int, parent: int | None = None) -> None:
    """Ask the kernel to send `signum` to this process when its parent ends, even by SIGKILL. Linux alone can.

    `parent` closes the gap between the fork and this call: where it has ended by then, nobody would tell us.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signum)


def ending_with_parent(signum: int = signal.SIGKILL) -> Callable[[], None]:
    """A `preexec_fn` for subprocess: the child dies with the process that calls this."""
    parent = os.getpid()
    return lambda: die_with_parent(signum, parent)


class Child:
    """One supervised program, in a process group of its own, so that Ctrl-C reaches its supervisor alone."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=ending_with_parent(),
        )

    def exit_code(self) -> int | None:
        """None while it runs (or was never started)."""
        return self.process.poll() if self.process else None

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process and self.running:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Give it that long to end by itself, then end it and whatever it started."""
        if not self.process:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0.0, seconds))
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """The group outlives its leader when the leader was killed and its own children were not."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
