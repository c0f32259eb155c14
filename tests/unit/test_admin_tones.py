"""Colours can be read: each pair of ink and paper, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core import admin
from tracker.admin.tones import TONE_OF
from tracker.statuses import Status

SHEET = Path(admin.__file__).parent.parent / "static" / "parley" / "tones.css"
AA = 4.5


def luminance(colour: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def palette(theme: str) -> dict[str, str]:
    block = re.search(rf"^{re.escape(theme)} {{(.*?)}}", SHEET.read_text(), re.DOTALL | re.MULTILINE)
    assert block
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1]))


@pytest.mark.parametrize("theme", [":root", ".dark"])
def test_each_tone_can_be_read_in_both_themes(theme: str) -> None:
    colours = palette(theme)
    tones = {name.removesuffix("-ink") for name in colours if name.endswith("-ink")}
    faint = {tone: contrast(colours[f"{tone}-ink"], colours[f"{tone}-paper"]) for tone in tones}
    assert {tone: value for tone, value in faint.items() if value < AA} == {}


def test_the_measure_of_contrast_is_the_known_one() -> None:
    assert round(contrast("#000000", "#ffffff")) == 21
    assert contrast("#777777", "#ffffff") < AA


def test_each_status_has_a_tone_and_each_tone_its_colours_and_class() -> None:
    assert set(TONE_OF) == set(Status)
    for tone in TONE_OF.values():
        assert f"{tone}-ink" in palette(":root")
        assert f"{tone}-ink" in palette(".dark")
        assert f".tone-{tone} " in SHEET.read_text()


def test_the_two_themes_define_the_same_tones() -> None:
    assert set(palette(":root")) == set(palette(".dark"))
