"""What every platform with a server needs: only safe addresses, patience, no endless wait."""

import ipaddress
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from grader.records import PlatformError

T = TypeVar("T")
TIMEOUT_S = 30.0
WAITS_S = (1.0, 2.0, 4.0, 8.0)
"""Between the tries, where the platform does not say how long."""
LONGEST_WAIT_S = 60.0


def safe_address(url: str, what: str) -> str:
    """The address without a trailing slash. Raises PlatformError unless it is https, or http on
    this very machine: a token must not travel in the clear."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not parts.username:
        return url.rstrip("/")
    if parts.scheme == "http" and _loopback(parts.hostname or ""):
        return url.rstrip("/")
    raise PlatformError(f"{what}: {url!r} is not an https address.", what_to_do="Use https://…")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def patiently(call: Callable[[], T], wait_s: Callable[[Exception], float | None]) -> T:
    """`call`, again after a wait while `wait_s` says of its exception that waiting helps.

    `wait_s` gives seconds to wait (0: not known, we take our own), or None: do not try again.
    The last exception is raised as it came.
    """
    for own in WAITS_S:
        try:
            return call()
        except Exception as problem:
            asked = wait_s(problem)
            if asked is None:
                raise
            time.sleep(min(LONGEST_WAIT_S, asked or own))
    return call()
