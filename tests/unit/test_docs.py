"""What the documents say of the code is true: names, paths, links and commands in them exist.

The change log is left out where it speaks of the code, since it tells of what was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.db import models
from django.utils.module_loading import import_string

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"
ROOMS = sorted(path.parent.name for path in REPOSITORY.glob("*/apps.py"))
PAGES = sorted([*REPOSITORY.glob("*.md"), *DOCS.rglob("*.md"), *REPOSITORY.glob("bench/*.md")])
ABOUT_TODAY = [page for page in PAGES if page.name != "CHANGELOG.md"]

TOP = (*ROOMS, "config", "tests", "docs", "bench", "demo", ".ci")
IS_PATH = re.compile(rf"(?:{'|'.join(map(re.escape, TOP))})/[\w./-]*")
IS_DOTTED = re.compile(rf"(?:config|{'|'.join(ROOMS)})(?:\.\w+)+")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def own_models() -> list[type[models.Model]]:
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


def page_of(model: type[models.Model]) -> Path:
    """StatusChange is described in status-change.md."""
    return DOCS / "models" / (re.sub(r"(?<=[a-z])(?=[A-Z])", "-", model.__name__).lower() + ".md")


def section(text: str, title: str) -> str:
    """What stands under a heading of the second level; nothing where there is no such heading."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def first_column(text: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)`", text, re.MULTILINE))


def words_in_code(page: Path) -> Iterator[str]:
    """What stands in single backticks, calls without their brackets, also where a line ends within."""
    for paragraph in FENCE.sub("", page.read_text()).split("\n\n"):
        for found in CODE.findall(paragraph.replace("\n", " ")):
            yield re.sub(r"\(.*\)$", "", found)


def anchors(page: Path) -> set[str]:
    """As GitHub makes them: lower case, punctuation away, blanks to hyphens."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def resolves(name: str) -> bool:
    """A model by its label, a module, or something in one, attributes of classes included."""
    if name.count(".") == 1 and name in {model._meta.label_lower for model in own_models()}:
        return True
    parts = name.split(".")
    if (REPOSITORY / Path(*parts)).exists() or (REPOSITORY / Path(*parts)).with_suffix(".py").exists():
        return True
    try:
        found = import_string(".".join(parts))
    except ImportError:
        try:
            found = getattr(import_string(".".join(parts[:-1])), parts[-1])
        except (ImportError, AttributeError):
            return False
    return found is not None


def by_path(page: Path) -> str:
    return str(page.relative_to(REPOSITORY))


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_has_a_page_that_the_index_links(model: type[models.Model]) -> None:
    page = page_of(model)
    assert page.exists(), f"write {by_path(page)}"
    assert page.read_text().startswith(f"# {model.__name__}\n")
    assert f"](models/{page.name})" in (DOCS / "README.md").read_text()


def test_every_page_of_a_model_has_its_model() -> None:
    expected = {page_of(model) for model in own_models()}
    assert {page for page in (DOCS / "models").glob("*.md") if page not in expected} == set()


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_page_names_the_constraints_that_its_model_has_and_no_others(model: type[models.Model]) -> None:
    named = first_column(section(page_of(model).read_text(), "Constraints"))
    assert named == {constraint.name for constraint in model._meta.constraints}


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_page_explains_only_fields_that_its_model_has(model: type[models.Model]) -> None:
    explained = first_column(section(page_of(model).read_text(), "Fields"))
    known = {field.name for field in model._meta.get_fields()} | set(dir(model))
    assert explained - known == set()


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_a_page_says_who_writes_the_model_and_who_sees_it(model: type[models.Model]) -> None:
    text = page_of(model).read_text()
    assert section(text, "Who writes it").strip()
    assert section(text, "Who sees it").strip()


@pytest.mark.parametrize("page", PAGES, ids=by_path)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        assert linked.exists(), target
        assert not anchor or anchor in anchors(linked), target


@pytest.mark.parametrize("page", ABOUT_TODAY, ids=by_path)
def test_every_path_in_backticks_exists(page: Path) -> None:
    paths = [word for word in words_in_code(page) if IS_PATH.fullmatch(word)]
    assert [path for path in paths if not (REPOSITORY / path).exists()] == []


@pytest.mark.parametrize("page", ABOUT_TODAY, ids=by_path)
def test_every_dotted_name_in_backticks_exists(page: Path) -> None:
    names = [word for word in words_in_code(page) if IS_DOTTED.fullmatch(word)]
    assert [name for name in names if not resolves(name)] == []


@pytest.mark.parametrize("page", ABOUT_TODAY, ids=by_path)
def test_every_command_in_a_document_exists(page: Path) -> None:
    text = page.read_text()
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands()) == set()
    assert set(re.findall(r"(?:`|^ *)(?:[A-Z_]+=\S+ )*make ([a-z]+)\b", text, re.MULTILINE)) - targets == set()


def test_every_decision_has_a_number_of_its_own_its_parts_and_a_link() -> None:
    pages = sorted((DOCS / "adr").glob("*.md"))
    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text()
        assert all(section(text, title).strip() for title in ("Context", "Decision", "Consequences")), page.name
        assert f"](adr/{page.name})" in (DOCS / "README.md").read_text(), page.name


def test_these_tests_would_notice_what_is_not_there() -> None:
    """The negative control of all of the above."""
    assert not resolves("core.ledger.no_such_thing")
    assert not resolves("tracker.nothing")
    assert resolves("core.ledger.record")
    assert resolves("tracker.issue")
    assert resolves("core.access.Access.of_token")
    assert IS_PATH.fullmatch("core/no_such_file.py")
    assert not IS_PATH.fullmatch("core/<concept>.py")
    assert first_column("| `a_b` | why |\n| c | d |\n") == {"a_b"}
    assert section("## Constraints\n\nx\n\n## Who\n\ny\n", "Constraints").strip() == "x"
