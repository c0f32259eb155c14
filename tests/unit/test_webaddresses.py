"""Addresses of one document have one form; what is no address of a document is refused by name."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.webaddresses import LONGEST_ADDRESS, TRACKING, BadAddress, normalised

PLAIN = "https://news.example/world/a?id=7"
PATHS = st.text(alphabet="aB2/.~%:;+=é中\u0301-_ ".replace(" ", ""), max_size=20)
QUERIES = st.text(alphabet="abUTM_&=+%2Fé中?/;", max_size=20)
ADDRESSES = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "HTTPS"]),
    st.sampled_from(["news.example", "WWW.News.Example.", "例え.example", "192.0.2.1", "[2001:DB8::1]"]),
    st.sampled_from(["", ":80", ":443", ":8080", ":"]),
    PATHS,
    QUERIES,
    PATHS,
)


@pytest.mark.parametrize(
    "url",
    [
        PLAIN,
        f"  {PLAIN} ",
        "http://news.example/world/a?id=7",
        "HTTPS://NEWS.Example/world/a?id=7",
        "https://news.example./world/a?id=7",
        "https://news.example:443/world/a?id=7",
        "http://news.example:80/world/a?id=7",
        "https://news.example/world/a?id=7#comments",
        "https://news.example/world/a?id=7#!comments",
        "https://news.example/world/b/../a?id=7",
        "https://news.example/world/./a?id=7",
        "https://news.example/w%6Frld/a?id=%37",
        "https://news.example/world/a?&id=7&",
        "https://news.example/world/a?utm_source=x&id=7&UTM_Medium=y&utm%5Fcampaign=z",
    ],
)
def test_addresses_of_one_document_have_one_form(url: str) -> None:
    assert normalised(url) == PLAIN


@pytest.mark.parametrize("name", TRACKING)
def test_a_tracking_parameter_is_dropped(name: str) -> None:
    assert normalised(f"https://news.example/world/a?{name}=x&id=7&{name.upper()}") == PLAIN


@pytest.mark.parametrize("name", ["id", "page", "utm", "ga", "ref", "spmx"])
def test_any_other_parameter_is_kept(name: str) -> None:
    assert normalised(f"https://news.example/?{name}=x") == f"https://news.example/?{name}=x"


@pytest.mark.parametrize(
    ("given_as", "form"),
    [
        ("https://news.example", "https://news.example/"),
        ("https://news.example/?", "https://news.example/"),
        ("https://news.example/?utm_source=x", "https://news.example/"),
        ("https://www.news.example/", "https://www.news.example/"),
        ("https://news.example:8080/", "https://news.example:8080/"),
        ("https://news.example:80/", "https://news.example:80/"),
        ("https://例え.example/新闻", "https://xn--r8jz45g.example/%E6%96%B0%E9%97%BB"),
        ("https://news.example/a%2fb%c3%a9", "https://news.example/a%2Fb%C3%A9"),
        ("https://news.example/?b=2&a=2&a=1&c", "https://news.example/?a=2&a=1&b=2&c"),
        ("https://[2001:DB8:0::1]:443/", "https://[2001:db8::1]/"),
        ("https://news.example/A", "https://news.example/A"),
    ],
)
def test_the_normal_form(given_as: str, form: str) -> None:
    assert normalised(given_as) == form


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("javascript:alert(1)", "begins with http"),
        ("JavaScript://news.example/%0Aalert(1)", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("data:text/html,x", "begins with http"),
        ("ftp://news.example/", "begins with http"),
        ("news.example/a", "begins with http"),
        ("//news.example/a", "begins with http"),
        ("", "begins with http"),
        ("https://", "names no host"),
        ("https:news.example", "names no host"),
        ("https:///a", "names no host"),
        ("https://:80/", "names no host"),
        ("https://user@news.example/", "no user name"),
        ("https://user:secret@news.example/", "no user name"),
        ("https://@news.example/", "no user name"),
        ("https://news.example\\@other.example/", r"U\+005C"),
        ("https://news.example/a b", r"U\+0020"),
        ("https://news.example/a\u00a0b", r"U\+00A0"),
        ("https://news.example/\r\nHost: x", r"U\+000D"),
        ("https://news.example/\n", r"U\+000A"),
        ("java\tscript:alert(1)", r"U\+0009"),
        ("https://news.example/\x00", r"U\+0000"),
        ("https://news.example/\u202egnp.exe", r"U\+202E"),
        ("https://news.example/\ud800", r"U\+D800"),
        ("https://news.example:0/", "from 1 to 65535"),
        ("https://news.example:65536/", "from 1 to 65535"),
        ("https://news.example:x/", "from 1 to 65535"),
        ("https://-news.example/", "name of a host"),
        ("https://new_s.example/", "name of a host"),
        ("https://news..example/", "name of a host"),
        ("https://xn--zz.example/", "name of a host"),
        ("https://ex%61mple.example/", "name of a host"),
        ("https://./", "name of a host"),
        (f"https://{'a' * 64}.example/", "name of a host"),
        ("https://[::1", "cannot be read"),
        ("https://[v1.x]/", "name of a host"),
        ("https://\u2100.example/", "cannot be read"),
        ("https://news.example/" + "a" * LONGEST_ADDRESS, "at most 2000"),
        ("https://news.example/" + "中" * 500, "percent-encoded"),
    ],
)
def test_what_is_no_address_of_a_document_is_refused(url: str, reason: str) -> None:
    with pytest.raises(BadAddress, match=reason) as refused:
        normalised(url)
    assert refused.value.reason == str(refused.value)


def test_an_address_of_the_greatest_length_is_kept() -> None:
    longest = "https://news.example/".ljust(LONGEST_ADDRESS, "a")
    assert normalised(longest) == longest


@given(ADDRESSES)
def test_the_normal_form_of_a_normal_form_is_itself(url: str) -> None:
    form = normalised(url)
    assert normalised(form) == form


@given(ADDRESSES)
def test_a_normal_form_is_plain_and_has_neither_fragment_nor_tracking(url: str) -> None:
    form = normalised(url)
    parts = urlsplit(form)
    assert form.isascii()
    assert parts.scheme == "https"
    assert parts.netloc == parts.netloc.lower()
    assert parts.path.startswith("/")
    assert "#" not in form
    assert "utm_" not in "".join(pair.partition("=")[0].lower() for pair in parts.query.split("&"))


@given(st.text(max_size=40), st.sampled_from(["", "https://", "http://news.example/", "https://news.example/?"]))
def test_any_text_has_a_normal_form_or_is_refused(text: str, before: str) -> None:
    try:
        form = normalised(before + text)
    except BadAddress:
        return
    assert normalised(form) == form
