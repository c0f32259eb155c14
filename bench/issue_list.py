"""How long a page of the admin's issue list takes over a hundred thousand issues, and how many statements.

python -m bench.issue_list                              SQLite
python -m tests.servers -- python -m bench.issue_list   PostgreSQL, as the tests start it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.data import NOW, TODAY, analyse, database, load, say, timed

if TYPE_CHECKING:
    from django.test import Client

    from tracker.models import Relationship

PAGES = {
    "first page": "",
    "page 1,000": "p=1000",
    "longest silent first": "o=-6",
    "one status": "status=negotiating",
    "flagged only": "flagged=yes",
    "not flagged, which none is": "flagged=no",
    "a search that finds one": "q=USCN-99999",
    "a search that finds nothing": "q=nowhere-to-be-found",
}
TIMES = 5


def reader(relationship: Relationship) -> Client:
    from django.test import Client

    from core.access import Access
    from core.actions.members import add_member
    from core.actions.users import create_user

    system = Access.system()
    user = create_user(username="reader", password=None, by=system, at=NOW)
    add_member(compartment=relationship, user=user, role="viewer", by=system, at=NOW)
    client = Client()
    client.force_login(user, backend="core.backends.PasswordBackend")
    return client


def ask(client: Client, query: str) -> Any:
    answer = client.get(f"/admin/tracker/issue/?{query}")
    if answer.status_code != 200:
        raise RuntimeError(f"?{query} was answered with {answer.status_code}")
    return answer


def measure(client: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name, query in PAGES.items():
        ask(client, query)
        seconds = min(timed(lambda query=query: ask(client, query))[0] for _ in range(TIMES))  # type: ignore[misc]
        with CaptureQueriesContext(connection) as statements:
            ask(client, query)
        say(f"  {name:<30} {seconds * 1000:>7,.0f} ms   {len(statements)} statements")


def main() -> None:
    from logging import WARNING, disable

    with database() as name:
        disable(WARNING)
        say(name)
        relationship = load()
        from core.access import Access
        from tracker.actions.flags import update_flags

        update_flags(by=Access.system(), at=NOW, as_of=TODAY)
        analyse()
        measure(reader(relationship))


if __name__ == "__main__":
    main()
