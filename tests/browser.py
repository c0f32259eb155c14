"""Whether Debian's Chromium is there, and whether it has to be."""

import os
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")


def chromium_is_there() -> bool:
    return os.access(CHROMIUM, os.X_OK)


def required() -> bool:
    return os.environ.get("PARLEY_REQUIRE_BROWSER") == "1"
