"""A guard that looks at each row before it is written: walls and seals are such."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OURS = re.compile(r"_(?:wall|seal|base|opening)(?:_insert|_update)?\Z")


def is_named_as_ours(trigger: str) -> bool:
    """Of a wall or a seal, perhaps one that the models no longer call for."""
    return _OURS.search(trigger) is not None


@dataclass(frozen=True)
class RowGuard:
    """Stands on `table` and speaks of `subject`, a table and the column in it that refers to another row.

    `breach` is true, in the SQL of both databases over NEW and OLD, for a row that is refused. An UPDATE that changes
    none of `watched` is not looked at (where it is empty: every one is). `held` selects the rows whose writers, on
    PostgreSQL, we wait for before looking, and who wait for us.
    """

    table: str
    subject: tuple[str, str]
    kind: str
    why: str
    breach: str
    on_insert: bool = True
    watched: tuple[str, ...] = ()
    held: str = ""

    @property
    def name(self) -> str:
        return "_".join((*self.subject, self.kind))

    @property
    def place(self) -> str:
        return ".".join(self.subject)

    @property
    def reason(self) -> str:
        return f"{self.place}: {self.why}"

    @property
    def touched(self) -> str:
        """True for an UPDATE that has to be looked at; empty where each has."""
        return " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in self.watched)
