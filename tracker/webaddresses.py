"""Web addresses, and when two of them are the same.

A document reaches the desk by many addresses: with the parameters of a newsletter, with a fragment, with http or
https, with the host in capitals. `normalised` gives them one form, which is for comparing; the address as it was
given is what people follow.

Pure: nothing is looked up or fetched. Whether an address may be *fetched* is another question.
"""

from __future__ import annotations

import unicodedata
from ipaddress import IPv6Address
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import idna
from url_normalize import url_normalize

LONGEST_ADDRESS = 2_000
DEFAULT_PORTS = {"http": 80, "https": 443}

# Parameters that say how a reader came to the page and nothing of the page; in small letters.
TRACKING_PREFIX = "utm_"  # the campaign of a link, since Urchin; kept by Google Analytics and many others
TRACKING: dict[str, str] = {
    "_ga": "Google Analytics, across domains",
    "_gl": "Google Analytics, across domains",
    "_hsenc": "HubSpot's letters",
    "_hsmi": "HubSpot's letters",
    "cmpid": "campaigns of Bloomberg and other publishers",
    "dclid": "Google's display ads",
    "fbclid": "links on Facebook",
    "gbraid": "Google's ads, in apps",
    "gclid": "Google's ads",
    "gclsrc": "Google's ads",
    "igsh": "links shared from Instagram",
    "igshid": "links shared from Instagram",
    "li_fat_id": "LinkedIn's ads",
    "mc_cid": "Mailchimp's letters: the campaign",
    "mc_eid": "Mailchimp's letters: the reader",
    "mkt_tok": "Marketo's letters",
    "msclkid": "Microsoft's ads",
    "ref_src": "links on X",
    "scm": "Alibaba's sites: the slot of the link",
    "spm": "Alibaba's sites: the place of the link",
    "ttclid": "TikTok's ads",
    "twclid": "ads on X",
    "wbraid": "Google's ads, from apps to the web",
    "yclid": "Yandex's ads",
    "ysclid": "Yandex's search",
}

_BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_MARKS = {"\u061c", "\u200e", "\u200f"}
_UNSEEN = {"Cc", "Cs", "Zs", "Zl", "Zp"}


class BadAddress(ValueError):
    """Not the address of a document on the web; `reason` is for the person who gave it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def normalised(url: str) -> str:
    """The one form of all addresses of the same document; BadAddress where there is none.

    It always says https. Parameters stand in the order of their names, and those of one name in the order given: few
    sites mind the order of names, and links differ in it. What RFC 3986 calls equivalent (percent-encoding, dot
    segments, an empty path) is done by url-normalize, which also takes several slashes for one. "www." is kept, since
    it is another host. The normal form of a normal form is itself.
    """
    url = url.strip(" ")
    _refuse_characters(url)
    parts = _split(url)
    site = _host(parts) + _port(parts)
    clean = urlsplit(url_normalize(urlunsplit((parts.scheme, site, parts.path, parts.query, ""))) or "")
    normal = urlunsplit(("https", site, clean.path, _parameters(clean.query), ""))
    if len(normal) > LONGEST_ADDRESS:
        raise BadAddress(f"An address has at most {LONGEST_ADDRESS} characters, once its letters are percent-encoded.")
    return normal


def _refuse_characters(url: str) -> None:
    """Those that end an address, hide a part of it, or are read as another character by browsers."""
    if len(url) > LONGEST_ADDRESS:
        raise BadAddress(f"An address has at most {LONGEST_ADDRESS} characters; this one has {len(url)}.")
    for char in url:
        hides = unicodedata.category(char) in _UNSEEN or unicodedata.bidirectional(char) in _BIDI or char in _MARKS
        if hides or char == "\\":
            raise BadAddress(f"An address cannot hold the character U+{ord(char):04X}.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadAddress("The host of this address cannot be read.") from error
    if parts.scheme not in DEFAULT_PORTS:
        raise BadAddress("An address begins with http:// or https://.")
    if "@" in parts.netloc:
        raise BadAddress("An address holds no user name or password.")
    if not parts.hostname:
        raise BadAddress("This address names no host.")
    return parts


def _host(parts: SplitResult) -> str:
    """In the form of the domain name system: small letters, punycode, no dot at the end."""
    name = parts.hostname or ""
    try:
        if parts.netloc.startswith("["):
            return f"[{IPv6Address(name).compressed}]"
        return idna.encode(name.rstrip("."), uts46=True).decode("ascii")
    except ValueError as error:
        raise BadAddress(f"{name!a} cannot be the name of a host.") from error


def _port(parts: SplitResult) -> str:
    """Empty for the scheme's own, and for that of https, which the normal form has."""
    try:
        port = parts.port
    except ValueError as error:
        raise BadAddress("A port is a number from 1 to 65535.") from error
    if port == 0:
        raise BadAddress("A port is a number from 1 to 65535.")
    return "" if port in {None, DEFAULT_PORTS[parts.scheme], DEFAULT_PORTS["https"]} else f":{port}"


def _parameters(query: str) -> str:
    kept = [parameter for parameter in query.split("&") if not _tracks(_name(parameter))]
    return "&".join(sorted(kept, key=_name))


def _name(parameter: str) -> str:
    return parameter.partition("=")[0]


def _tracks(name: str) -> bool:
    name = unquote(name).casefold()
    return name.startswith(TRACKING_PREFIX) or name in TRACKING
