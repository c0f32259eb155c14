"""Everything that is wrong with a dossier, each with its place, in the order of the file."""

from __future__ import annotations

from typing import NoReturn

from core.errors import InvalidInput, Problems
from tracker.dossiers.values import Mark

# A file may be wrong in every line; a person reads no more than this, and no memory is spent on it.
SHOWN = 1000


class Misplaced(InvalidInput):
    """One problem of a dossier. `field` is the path to it, such as `issues[3].history[0].to`."""

    def __init__(self, reason: str, *, mark: Mark, field: str = "", value: object = None) -> None:
        super().__init__(reason, field=field, value=value)
        self.mark = mark

    def __str__(self) -> str:
        return f"line {self.mark.line}, column {self.mark.column}: {super().__str__()}"


class DossierRefused(Problems):
    """Nothing was imported. `count` is of all problems, `problems` has the first thousand."""

    title = "The dossier is not valid."

    def __init__(self, problems: list[Misplaced], count: int) -> None:
        super().__init__(problems)
        self.count = count


class Report:
    """Collects problems, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self.problems: list[Misplaced] = []
        self.count = 0

    def add(self, mark: Mark, path: str, reason: str, value: object = None) -> None:
        self.count += 1
        if len(self.problems) < SHOWN:
            self.problems.append(Misplaced(reason, mark=mark, field=path, value=value))

    def end(self, mark: Mark, path: str, reason: str, value: object = None) -> NoReturn:
        """After this problem nothing more can be read."""
        self.add(mark, path, reason, value)
        raise self.refusal()

    def refusal(self) -> DossierRefused:
        return DossierRefused(sorted(self.problems, key=lambda problem: problem.mark), self.count)
