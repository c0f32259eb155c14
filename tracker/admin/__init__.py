"""The pages of this room; importing them registers them."""

from tracker.admin import flags, issues, relationships

__all__ = ["flags", "issues", "relationships"]
