from __future__ import annotations

import codecs
import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from core import clock
from core.access import Access
from core.errors import InvalidInput, NotFound
from core.management.base import DomainCommand
from core.visibility import Handling
from tracker.actions.held_texts import Rechecked, hold_text
from tracker.actions.reading import take_up
from tracker.actions.sources import SourceDraft
from tracker.evidence import SourceKind
from tracker.management.people import access_of, add_person
from tracker.models import Party, Relationship, Source
from tracker.models.source import LONGEST_TEXT
from tracker.queries import get_numbered, get_relationship

# A character has at most four bytes.
LARGEST_FILE = 4 * LONGEST_TEXT


class Command(DomainCommand):
    help = (
        "Take up a source with its text, from a file of UTF-8; or attach the text to a source that is on record "
        "(--source), and look for the quotes that cite it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="its text, in UTF-8")
        parser.add_argument("--relationship", required=True, metavar="SLUG", help="such as us-cn")
        parser.add_argument("--source", metavar="KEY", help="attach the text to this source, such as USCN-S12")
        parser.add_argument("--title", default="")
        parser.add_argument("--publisher", default="")
        parser.add_argument("--published", type=_day, metavar="DATE", help="such as 2026-02-05")
        parser.add_argument("--kind", choices=SourceKind.values, default=SourceKind.OUTLET.value)
        parser.add_argument("--url", default="")
        parser.add_argument("--language", default="en")
        parser.add_argument("--issued-by", default="", metavar="CODE", help="the party whose own text it is")
        parser.add_argument("--derives-from", default="", metavar="KEY", help="the source that it rewrites")
        parser.add_argument("--restricted", action="store_true", help="for cleared members alone")
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        text, by = read_text(Path(options["file"])), access_of(options["as"])
        relationship = get_relationship(options["relationship"], by)
        if options["source"]:
            source = _known(options["source"], relationship, by, "source")
            done = hold_text(source=source, text=text, by=by, at=clock.now())
        else:
            draft = _draft(options, relationship, by)
            source, done = take_up(relationship=relationship, draft=draft, text=text, by=by, at=clock.now())
        self.stdout.write("\n".join(told(source, len(text), done)))


def read_text(path: Path) -> str:
    """Its text, without a byte order mark. CommandError for what is no file, too large, or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CommandError(f"{str(path)!a}: {reason}") from error
    if len(data) > LARGEST_FILE:
        raise CommandError(f"{path} is larger than any text of {LONGEST_TEXT} characters.")
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text: byte {error.start} fits nowhere.") from error


def told(source: Source, characters: int, done: Rechecked) -> list[str]:
    """The key, what is held, and what became of the quotes that were there already."""
    lines = [f"{source.key} {source.title}", f"text: {characters} characters, sha256 {source.text_sha256}"]
    lines += [f"  {claim.key}: quote found at {claim.quote_start}" for claim in done.found]
    lines += [f"  {claim.key}: quote NOT found" for claim in done.missing]
    if done.found or done.missing:
        lines.append(f"quotes found: {len(done.found)}, not found: {len(done.missing)}")
    return lines


def _draft(options: dict[str, Any], relationship: Relationship, by: Access) -> SourceDraft:
    if not options["title"]:
        raise InvalidInput("is required for a source that is new", field="title")
    origin = options["derives_from"]
    return SourceDraft(
        title=options["title"],
        kind=options["kind"],
        publisher=options["publisher"],
        issued_by=_party(options["issued_by"], relationship),
        url=options["url"],
        published_on=options["published"],
        language=options["language"],
        derives_from=_known(origin, relationship, by, "derives_from") if origin else None,
        handling=Handling.RESTRICTED if options["restricted"] else "",
    )


def _known(key: str, relationship: Relationship, by: Access, field: str) -> Source:
    try:
        source = get_numbered(Source, key.upper(), by)
    except NotFound as error:
        raise NotFound("There is no such source.", field=field, value=key) from error
    if source.relationship_id != relationship.pk:
        raise NotFound("There is no such source.", field=field, value=key)
    return source


def _party(code: str, relationship: Relationship) -> Party | None:
    if not code:
        return None
    party = Party.objects.filter(relationship=relationship, code=code).first()
    if party is None:
        raise InvalidInput("is no party of this relationship", field="issued_by", value=code)
    return party


def _day(text: str) -> dt.date:
    try:
        if len(text) == 10:
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise ArgumentTypeError(f"{text[:40]!a} is no date; write it like 2026-02-05.")
