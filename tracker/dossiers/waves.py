"""In which order rows are written that rest on each other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Mapping


def depths(named: Mapping[str, Collection[str]], new: Collection[str]) -> dict[str, int]:
    """Each key with how many new rows it has under it at most, those first on which others rest. `named` are the keys
    that each row names; keys that rest on themselves, and whatever rests on these, are left out.

    What is on record already is no step of its own: of a long chain of such rows nothing has to wait.
    """
    bases = {key: {base for base in names if base in named} for key, names in named.items()}
    resting = defaultdict(list)
    for key, under in bases.items():
        for base in under:
            resting[base].append(key)
    missing = {key: len(under) for key, under in bases.items()}
    ready = deque(key for key, number in missing.items() if not number)
    found: dict[str, int] = {}
    while ready:
        key = ready.popleft()
        deepest = max((found[base] + (base in new) for base in bases[key]), default=0)
        found[key] = deepest
        for other in resting[key]:
            missing[other] -= 1
            if not missing[other]:
                ready.append(other)
    return found
