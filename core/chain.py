"""The arithmetic of the ledger's hash chain. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

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


def digest_of(changes: dict[str, Any]) -> str:
    """SHA-256, in hex, of the changes as canonical JSON."""
    return _sha256(changes)


def hash_of(line: Line) -> str:
    """SHA-256, in hex, of the line as canonical JSON, instants in UTC with microseconds."""
    values = {**vars(line), "at": line.at.astimezone(dt.UTC).isoformat(timespec="microseconds")}
    return _sha256(values)


def _sha256(values: dict[str, Any]) -> str:
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
