"""How gunicorn serves one machine: a master and one process of threads, which end quickly when told."""

import signal

from core.serving.processes import die_with_parent

worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 3
timeout = 60
keepalive = 5
loglevel = "warning"
control_socket_disable = True


def post_fork(server: object, worker: object) -> None:
    die_with_parent(signal.SIGKILL)
