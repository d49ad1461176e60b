"""The code of what is shown, for an audience's phones: made of the link that the browser sees."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

import gradio as gr

from core.errors import BlendscopeError, InputError
from core.state import from_query
from demo.links import KEPT_DAYS, shorten
from demo.widgets.qr_code import QrCode
from demo.wiring import FOLLOW

LARGEST_VERSION = 10
"""Of a code: 57 modules on a side, each of them eleven pixels of a projector's 720."""
LEVEL = "m"
"""Of its four levels of redundancy the second, which stands a sixth of the code being unreadable."""
QUIET = 4
"""Modules without ink around a code, as ISO/IEC 18004 asks."""
LONGEST_PAGE = 300
ALONE = (
    "Phones cannot open {host}, the address of this machine alone: start Blendscope with "
    "GRADIO_SERVER_NAME=0.0.0.0 and open this page by the machine's own address in your network, such as "
    "http://192.168.1.20{port}{path}, or give the audience the hand-out."
)
NO_PAGE = "The address of this page cannot be read, so it has no code."
LONG_PAGE = "The address of this page is too long for a code that a phone reads from the back row."
SHORT = "This view is too long for a code, so this is a short link, kept for {days} days."


def build() -> None:
    """Adds the dialog to the page that is being built."""
    code = QrCode(elem_id="qr-code")
    code.make(coded, None, code, **FOLLOW)


def coded(event: gr.EventData) -> dict[str, Any]:
    """Returns the code of the view that an event names, or why there is none."""
    number = getattr(event, "number", None)
    try:
        return {**qr_of(getattr(event, "page", None), getattr(event, "query", None)), "number": number}
    except BlendscopeError as error:
        return {"failed": str(error), "number": number}


def qr_of(page: object, query: object) -> dict[str, Any]:
    """Returns the code of a view.

    Args:
        page: the page's address as the browser sees it.
        query: the view; "" for the page as it opens.

    Returns:
        svg, the code, dark on light with its quiet zone; link, what it says; says, what is to be said of that.

    Raises:
        InputError: the address is of this machine alone, or none; or the view cannot be read, or has no link.
        CapacityError: the short link cannot be kept.
    """
    if not isinstance(page, str) or not isinstance(query, str):
        raise InputError(NO_PAGE)
    check_reachable(page)
    link, says = page, ""
    if query:
        from_query(query)  # nothing else is coded
        link = f"{page}?{query}"
    code = _made(link)
    if query and code is None:
        link, says = f"{page}s/{shorten(query)}", SHORT.format(days=KEPT_DAYS)
        code = _made(link)
    if code is None:
        raise InputError(LONG_PAGE)
    svg = code.svg_inline(border=QUIET, dark="#000", light="#fff", omitsize=True)
    return {"svg": svg, "link": link, "says": says}


def _made(link: str) -> Any:
    """Returns the code of a link, None where it would have more modules than phones read from far."""
    import segno

    try:
        code = segno.make_qr(link, error=LEVEL)
    except segno.DataOverflowError:
        return None
    return code if int(code.version) <= LARGEST_VERSION else None


def check_reachable(page: str) -> None:
    """Checks that another machine can open an address.

    Raises:
        InputError: it is no address of a page, or one of this machine alone.
    """
    try:
        parts = urlsplit(page)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InputError(NO_PAGE) from None
    whole = parts.scheme in ("http", "https") and not (parts.query or parts.fragment or parts.username)
    if not whole or len(page) > LONGEST_PAGE or not re.fullmatch(r"[\w.:-]+", host):
        raise InputError(NO_PAGE)
    if _is_own(host):
        raise InputError(ALONE.format(host=host, port=f":{port}" if port else "", path=parts.path or "/"))


def _is_own(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
