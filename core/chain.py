"""The arithmetic of the ledger's hash chain. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass

GENESIS = "0" * 64


@dataclass(frozen=True)
class Line:
    """What the hash of one ledger line covers. Changes are covered by their digest, so they can be emptied later."""

    compartment_id: int
    seq: int
    kind: str
    subject_type: str
    subject_id: str
    actor_id: int | None
    at: dt.datetime
    handling: str
    changes_digest: str
    previous_hash: str


def check_plain(value: object) -> None:
    """TypeError for anything that databases give back otherwise than they took it: a float, a date, a key that is no
    text. Its digest would no longer match."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError(f"a ledger line has text for keys: {value!r}")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            check_plain(part)
    elif not (value is None or isinstance(value, bool | int | str)):
        raise TypeError(f"{type(value).__name__} has no place on the ledger")


def digest_of(changes: object) -> str:
    """SHA-256, in hex, of the changes as canonical JSON."""
    return _sha256(changes)


def hash_of(line: Line) -> str:
    """SHA-256, in hex, of the line as canonical JSON, instants in UTC with microseconds."""
    values = {**vars(line), "at": line.at.astimezone(dt.UTC).isoformat(timespec="microseconds")}
    return _sha256(values)


def _sha256(values: object) -> str:
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
