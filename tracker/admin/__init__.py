"""The pages of this room; importing them registers them."""

from tracker.admin import claims, deadlines, flags, issues, links, notes, parties, positions, relationships, sources

__all__ = [
    "claims",
    "deadlines",
    "flags",
    "issues",
    "links",
    "notes",
    "parties",
    "positions",
    "relationships",
    "sources",
]
