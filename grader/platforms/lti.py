"""LTI 1.3: scores into the gradebook of any platform with Assignment and Grade Services.

Held: `gradingProgress: PendingManual` without a score, which every platform shows as "not graded
yet". Exempt: nothing; AGS has no word for it. Times only ever grow for a user, as AGS demands.

Written from the specifications (IMS Security Framework 1.0 section 4.1, LTI-AGS 2.0); httpx and
PyJWT are all it takes, because a batch needs no launch.
"""

import datetime
import time
import tomllib
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpx

from grader.platforms.seam import Entry, Platform, Receipt, Sending, refused
from grader.platforms.shared import page
from grader.platforms.shared.page import fraction, line
from grader.platforms.shared.patience import TIMEOUT_S, patiently, safe_address
from grader.platforms.shared.roster import Person
from grader.records import Grade, PlatformError, Record, digest, with_extra

T = TypeVar("T", dict[str, Any], list[Any])
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

    def __init__(self, tool: Tool, http: httpx.Client) -> None:
        self.tool, self._http = tool, http
        self._token, self._until = "", 0.0
        safe_address(tool.token_url, "lti: token_url")

    def line_item(self, most: float, *, create: bool) -> tuple[str, float]:
        """(address, scoreMaximum) of the line item: the stored one, else the one with our
        `resource_id` (or label), else with `create` a new one; ("", most) when it would be new."""
        tool = self.tool
        if tool.lineitem:
            given = _parsed(self._request("GET", tool.lineitem, {"Accept": LINE_ITEM}), dict)
            return tool.lineitem, float(given.get("scoreMaximum") or most)
        ours = {"resourceId": tool.resource_id} if tool.resource_id else {"label": tool.label}
        same = (item for item in self._line_items() if item.items() >= ours.items())
        item = next((item for item in same if item.get("id")), None)
        if item is None:
            if not create:
                return "", most
            new = {"scoreMaximum": most, "label": tool.label, **ours}
            kinds = {"Content-Type": LINE_ITEM, "Accept": LINE_ITEM}
            item = _parsed(self._request("POST", tool.lineitems, kinds, new), dict)
        if not item.get("id"):
            raise PlatformError("lti: the platform made a line item without an id.")
        return str(item["id"]), float(item.get("scoreMaximum") or most)

    def post_score(self, line_item: str, score: dict[str, Any]) -> None:
        """POST one score. Raises PlatformError, also when the platform has a newer one (409)."""
        self._request("POST", scores_address(line_item), {"Content-Type": SCORE}, score)

    def _line_items(self) -> Iterator[dict[str, Any]]:
        """All of them: paging by `Link: …; rel="next"`, on the same host only."""
        url = self.tool.lineitems
        for _ in range(MAX_PAGES):
            response = self._request("GET", url, {"Accept": LINE_ITEMS})
            yield from (item for item in _parsed(response, list) if isinstance(item, dict))
            following = response.links.get("next", {}).get("url", "")
            if not following:
                break
            if urlsplit(following)[:2] != urlsplit(url)[:2]:
                raise PlatformError("lti: the list of line items goes on at another host.")
            url = following

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
            newer = "has a newer score of this user already."
            said = newer if status == CONFLICT else f"answered {status}: {text}"
            raise PlatformError(f"lti: the platform {said}") from problem
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
        answer = _parsed(self._http.post(self.tool.token_url, data=form).raise_for_status(), dict)
        if not isinstance(answer.get("access_token"), str):
            raise PlatformError("lti: the platform gave no access token.")
        self._token = answer["access_token"]
        lasts_s = float(answer.get("expires_in") or 0)
        self._until = time.monotonic() + max(0.0, lasts_s - EARLY_S)
        return self._token


def assertion(tool: Tool) -> str:
    """The signed JWT that proves who we are: RS256, five minutes, a `jti` nobody can guess."""
    try:
        import jwt  # noqa: PLC0415  (optional extra)
    except ImportError as problem:
        raise PlatformError(
            "lti: the package PyJWT is not installed.",
            what_to_do=with_extra("lti"),
        ) from problem
    at, aud = int(time.time()), tool.audience or tool.token_url
    who = {"iss": tool.client_id, "sub": tool.client_id, "aud": aud, "jti": uuid.uuid4().hex}
    claims = who | {"iat": at, "exp": at + ASSERTION_S}
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


def _parsed(response: httpx.Response, shape: type[T]) -> T:
    """The answer's JSON, which has to be of this shape."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, shape):
        raise PlatformError(f"lti: the platform's answer is no JSON {shape.__name__}.")
    return answer


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


STEP = datetime.timedelta(milliseconds=1)
MAX_COMMENT = 2000


class Lti(Platform):
    """One score for each submission, posted to one line item."""

    name = "lti"
    options = {
        "tool": "TOML file: client_id, token_url, key_file, kid, and lineitem or lineitems + label",
        "roster": "CSV file with columns submission,user: the LTI user id (`sub`) of each",
        "comments": "`on` (default) or `off`: a comment with what to fix",
    }

    def deliver(self, sending: Sending) -> Receipt:
        """Post what changed; one user who is refused does not stop the others."""
        sending.need("tool", "roster")
        tool = read_tool(Path(sending.options["tool"]))
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as http:
            client = Ags(tool, http)
            most = max((grade.max_points for grade in sending.grades), default=1.0)
            target, maximum = client.line_item(most, create=not sending.dry_run)
            entries = sending.entries(
                lambda grade, person: post(grade, person, sending, client, target, maximum)
            )
        return sending.receipt(target, entries)


def post(
    grade: Grade, person: Person, sending: Sending, client: Ags, target: str, maximum: float
) -> Entry:
    """One grade to one line item. A second post of the same score is left out."""
    name = grade.submission.id
    if grade.exempt and not grade.held:
        message = "exempt: set that on the platform, LTI has no word for it"
        return Entry(submission=name, status="exempt", message=message)
    if name not in sending.people or not person.user:
        return refused(grade, "not in the roster with an LTI user id")
    score = score_of(grade, person.user, maximum, comments=sending.is_on("comments"))
    known = sending.last(grade, target)
    before = known.detail if known else {}
    entry = Entry(
        submission=name,
        status="held" if grade.held else "planned",
        before=before.get("shown", ""),
        after=str(score["gradingProgress"])
        if grade.held
        else fraction(score["scoreGiven"], score["scoreMaximum"]),
        message=grade.held_because if grade.held else "",
        payload_sha256=digest(score),
    )
    if known and known.payload_sha256 == entry.payload_sha256:
        return entry if grade.held else entry.but(status="unchanged")
    if sending.dry_run:
        return entry
    score["timestamp"] = later_than(before.get("timestamp", ""))
    try:
        client.post_score(target, score)
    except PlatformError as problem:
        return entry.but(status="refused", message=problem.message)
    detail = {"timestamp": score["timestamp"], "shown": entry.after}
    sending.remember(grade, entry, target, counts=not grade.held, **detail)
    return entry if grade.held else entry.but(status="sent")


def score_of(grade: Grade, user: str, maximum: float, *, comments: bool = True) -> dict[str, Any]:
    """The score without its timestamp: equal grades, equal scores."""
    score: dict[str, Any] = {"userId": user, "activityProgress": "Completed"}
    if grade.held:
        return score | {"gradingProgress": "PendingManual", "comment": page.held_text(grade)}
    scale = maximum / grade.max_points if grade.max_points else 1.0
    score |= {
        "gradingProgress": "FullyGraded",
        "scoreGiven": round(max(0.0, grade.points * scale), 4),
        "scoreMaximum": maximum,
    }
    if comments:
        score["comment"] = page.comment(grade)[:MAX_COMMENT]
    return score


def later_than(last: str) -> str:
    """Now, in UTC with milliseconds; after `last` even when the clock was set back."""
    at = datetime.datetime.now(datetime.UTC)
    if last:
        at = max(at, datetime.datetime.fromisoformat(last) + STEP)
    return at.isoformat(timespec="milliseconds")


def read_tool(path: Path) -> Tool:
    """The TOML file. `key_file` is relative to it. Raises PlatformError that names the key."""
    try:
        tool = Tool.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as problem:
        raise PlatformError(f"lti: {path.name}: {line(str(problem), 300)}") from problem
    if not tool.lineitem and not (tool.lineitems and tool.label):
        raise PlatformError(f"lti: {path.name}: give lineitem, or lineitems and label.")
    return tool.model_copy(update={"key_file": path.parent / tool.key_file})
