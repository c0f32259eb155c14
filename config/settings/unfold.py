"""The theme of the admin: its name, its colours, its navigation. What a reader may not open is not offered to them."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy


def _page(title: str, icon: str, model: str, shown_to: str) -> dict[str, Any]:
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{model}_changelist"),
        "permission": f"core.admin.permissions.{shown_to}",
    }


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Parley",
    "SITE_HEADER": "Parley",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("parley/favicon.svg")},
    ],
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [
        lambda _: static("parley/tones.css"),
        lambda _: static("parley/pages.css"),
        lambda _: static("parley/lists.css"),
        lambda _: static("parley/search.css"),
    ],
    "DASHBOARD_CALLBACK": "tracker.admin.dashboard.dashboard",
    "COLORS": {
        "primary": {
            "50": "#eef5ff",
            "100": "#dbe8fe",
            "200": "#bfd6fd",
            "300": "#9cc1fb",
            "400": "#6ea3f5",
            "500": "#5b94ee",
            "600": "#1f5fb8",
            "700": "#1d4f91",
            "800": "#1b4077",
            "900": "#183560",
            "950": "#0f2240",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "command_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "title": "The record",
                "items": [
                    {"title": "What needs you", "icon": "home", "link": reverse_lazy("admin:index")},
                    _page("Issues", "topic", "tracker_issue", "reads_a_record"),
                    _page("Sources", "article", "tracker_source", "reads_a_record"),
                    _page("Claims", "format_quote", "tracker_claim", "reads_a_record"),
                    _page("Positions", "balance", "tracker_position", "reads_a_record"),
                    _page("Deadlines", "event", "tracker_deadline", "reads_a_record"),
                    _page("Notes", "sticky_note_2", "tracker_note", "reads_a_record"),
                    _page("Links", "link", "tracker_issuelink", "reads_a_record"),
                    _page("Parties", "diversity_3", "tracker_party", "reads_a_record"),
                    _page("Flags", "flag", "tracker_flag", "reads_a_record"),
                    _page("Ledger", "menu_book", "core_event", "reads_a_ledger"),
                ],
            },
            {
                "title": "People and access",
                "items": [
                    _page("Relationships", "handshake", "tracker_relationship", "belongs"),
                    _page("Members", "group", "core_membership", "keeps_members"),
                    _page("Users", "person", "core_user", "operates"),
                    _page("My tokens", "key", "core_servicetoken", "belongs"),
                ],
            },
        ],
    },
}
