"""LTI 1.3 Assignment and Grade Services 2.0 over HTTP: token, line item, score.

Written from the specifications (IMS Security Framework 1.0 section 4.1, LTI-AGS 2.0); httpx and
PyJWT are all it takes, because a batch needs no launch.
"""

import time
import uuid
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from grader.platforms.shared.patience import TIMEOUT_S, patiently, safe_address
from grader.platforms.shared.texts import line
from grader.records import PlatformError, Record

AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCOPES = (f"{AGS}lineitem", f"{AGS}score")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LINE_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORE = "application/vnd.ims.lis.v1.score+json"
ASSERTION_S = 300
EARLY_S = 30
"""A token is renewed this long before it ends."""
MAX_PAGES = 100
UNAUTHORIZED, CONFLICT, THROTTLED, UNAVAILABLE = 401, 409, 429, 503


class Tool(Record):
    """How the platform knows us: from its registration page, stored once."""

    client_id: str
    token_url: str
    audience: str = ""
    """`aud` of the assertion where it is not the token URL (Canvas, Brightspace state one)."""
    key_file: Path
    """Our RSA private key, PEM."""
    kid: str
    lineitem: str = ""
    """The line item's address; else `lineitems` and `label`."""
    lineitems: str = ""
    label: str = ""
    resource_id: str = ""


class Ags:
    """One platform. Every method may raise PlatformError."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool
        self._token, self._until = "", 0.0
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)
        safe_address(tool.token_url, "lti: token_url")

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def line_item(self, most: float, *, create: bool) -> tuple[str, float]:
        """(address, scoreMaximum) of the line item: the stored one, else the one with our
        `resource_id` (or label), else with `create` a new one; ("", most) when it would be new."""
        if self.tool.lineitem:
            given = self._json("GET", self.tool.lineitem, {"Accept": LINE_ITEM})
            return self.tool.lineitem, float(given.get("scoreMaximum") or most)
        by_id = self.tool.resource_id
        key, ours = ("resourceId", by_id) if by_id else ("label", self.tool.label)
        for item in self._line_items():
            if item.get(key) == ours and item.get("id"):
                return str(item["id"]), float(item.get("scoreMaximum") or most)
        if not create:
            return "", most
        new = {"scoreMaximum": most, "label": self.tool.label, key: ours}
        kinds = {"Content-Type": LINE_ITEM, "Accept": LINE_ITEM}
        made = self._json("POST", self.tool.lineitems, kinds, new)
        if not made.get("id"):
            raise PlatformError("lti: the platform made a line item without an id.")
        return str(made["id"]), float(made.get("scoreMaximum") or most)

    def post_score(self, line_item: str, score: dict[str, Any]) -> None:
        """POST one score. Raises PlatformError, also when the platform has a newer one (409)."""
        self._request("POST", scores_address(line_item), {"Content-Type": SCORE}, score)

    def _line_items(self) -> list[dict[str, Any]]:
        """All of them: paging by `Link: …; rel="next"`, on the same host only."""
        url, all_items = self.tool.lineitems, []
        for _ in range(MAX_PAGES):
            response = self._request("GET", url, {"Accept": LINE_ITEMS})
            items = _parsed(response)
            if not isinstance(items, list):
                raise PlatformError("lti: the platform's list of line items is no list.")
            all_items += [item for item in items if isinstance(item, dict)]
            following = response.links.get("next", {}).get("url", "")
            if not following:
                break
            if urlsplit(following)[:2] != urlsplit(url)[:2]:
                raise PlatformError("lti: the list of line items goes on at another host.")
            url = following
        return all_items

    def _json(
        self, method: str, url: str, headers: dict[str, str], value: Any = None
    ) -> dict[str, Any]:
        answer = _parsed(self._request(method, url, headers, value))
        if not isinstance(answer, dict):
            raise PlatformError("lti: the platform's answer is no JSON object.")
        return answer

    def _request(
        self, method: str, url: str, headers: dict[str, str], value: Any = None
    ) -> httpx.Response:
        safe_address(url, "lti")

        def answered() -> httpx.Response:
            """A token that the platform no longer takes is replaced once."""
            for fresh in (False, True):
                bearer = {"Authorization": f"Bearer {self._bearer(fresh=fresh)}"}
                response = self._http.request(method, url, json=value, headers=headers | bearer)
                if response.status_code != UNAUTHORIZED:
                    break
            return response.raise_for_status()

        try:
            return patiently(answered, _wait_s)
        except httpx.HTTPStatusError as problem:
            status, text = problem.response.status_code, line(problem.response.text, 200)
            if status == CONFLICT:
                said = "the platform has a newer score of this user already."
            else:
                said = f"the platform answered {status}: {text}"
            raise PlatformError(f"lti: {said}") from problem
        except httpx.HTTPError as problem:
            said = f"{type(problem).__name__}: {line(str(problem), 200)}"
            raise PlatformError(f"lti: {said}") from problem

    def _bearer(self, *, fresh: bool) -> str:
        """The access token: client credentials with a signed assertion."""
        if not fresh and time.monotonic() < self._until:
            return self._token
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion(self.tool),
            "scope": " ".join(SCOPES),
        }
        answer = _parsed(self._http.post(self.tool.token_url, data=form).raise_for_status())
        if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
            raise PlatformError("lti: the platform gave no access token.")
        lasts = answer.get("expires_in")
        self._token = answer["access_token"]
        self._until = time.monotonic() + max(0.0, float(lasts or 0) - EARLY_S)
        return self._token


def assertion(tool: Tool) -> str:
    """The signed JWT that proves who we are: RS256, five minutes, a `jti` nobody can guess."""
    try:
        import jwt  # noqa: PLC0415  (optional extra)
    except ImportError as problem:
        raise PlatformError(
            "lti: the package PyJWT is not installed.",
            what_to_do="pip install 'notebook-grader[lti]'",
        ) from problem
    at = int(time.time())
    claims = {
        "iss": tool.client_id,
        "sub": tool.client_id,
        "aud": tool.audience or tool.token_url,
        "iat": at,
        "exp": at + ASSERTION_S,
        "jti": uuid.uuid4().hex,
    }
    try:
        key = tool.key_file.read_bytes()
        return jwt.encode(claims, key, algorithm="RS256", headers={"kid": tool.kid})
    except (OSError, ValueError, TypeError, jwt.PyJWTError) as problem:
        raise PlatformError(
            f"lti: the key {tool.key_file.name} cannot be used: {problem}"
        ) from problem


def scores_address(line_item: str) -> str:
    """`/scores` goes before the query: Moodle's line items end in `?type_id=…`."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores"))


def _parsed(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError as problem:
        raise PlatformError("lti: the platform's answer is no JSON.") from problem


def _wait_s(problem: Exception) -> float | None:
    """Throttled, unavailable or no line: worth a wait, as long as the platform asks for."""
    if isinstance(problem, httpx.TransportError):
        return 0.0
    response = problem.response if isinstance(problem, httpx.HTTPStatusError) else None
    if response is None or response.status_code not in (THROTTLED, UNAVAILABLE):
        return None
    asked = response.headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return 0.0
