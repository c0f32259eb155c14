"""What a newcomer does first, from an empty folder: clone, `make run`, sign in, stop. Then nothing may be left running.

python3 -m tests.fresh_clone        takes what is committed; a plain Python is enough
"""

import http.cookiejar
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from tests.served import REPOSITORY, Served

USER = "lead"
INSTALL_SECONDS = 240


class Refused(Exception):
    """The program runs but does not do what a newcomer needs."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="parley-clone-", ignore_cleanup_errors=True) as name:
        clone = Path(name) / "parley"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        served = Served(Path(name) / "data", {}, ["make", "run"], clone)
        try:
            _try_it(served)
        except (AssertionError, Refused, OSError) as error:
            print(f"fresh clone: FAILED: {error}\n{served.printed()}", flush=True)
            return 1
        finally:
            served.close()
    return 0


def _try_it(served: Served) -> None:
    began = time.monotonic()
    served.until_ready(INSTALL_SECONDS)
    _tell(f"make run answers after {time.monotonic() - began:.0f} s")
    sign_in(served.address, USER, password_of(USER, served.printed()))
    _tell(f"{USER} signed in")
    began = time.monotonic()
    served.stop(signal.SIGTERM)
    if served.healthy():
        raise Refused(f"something still answers on port {served.port}")
    _tell(f"SIGTERM stopped all of it in {time.monotonic() - began:.1f} s, nothing is left running")


def password_of(user: str, printed: str) -> str:
    found = re.search(rf"^\s*{user}\s+(\S+)", printed, re.MULTILINE)
    if not found:
        raise Refused(f"make run did not print a password for {user}")
    return found[1]


def sign_in(address: str, user: str, password: str) -> None:
    """By the form, as a browser does; a wrong password shows the form again."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    login = urllib.parse.urljoin(address, "admin/login/?next=/admin/")
    page = opener.open(login, timeout=20).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not token:
        raise Refused("the sign-in page has no form")
    form = {"csrfmiddlewaretoken": token[1], "username": user, "password": password, "next": "/admin/"}
    answer = opener.open(urllib.request.Request(login, urllib.parse.urlencode(form).encode(), {"Referer": login}))
    if urllib.parse.urlsplit(answer.geturl()).path != "/admin/" or answer.status != 200:
        raise Refused(f"signing in as {user} led to {answer.geturl()} ({answer.status})")


def _tell(what: str) -> None:
    print(f"fresh clone: {what}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
