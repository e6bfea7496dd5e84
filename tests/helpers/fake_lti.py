"""A platform for LTI scores with its own view of our key: it checks every signature and score."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_server import Answer, Request
from validators.lti import problems

CLIENT, KID = "tool-42", "key-1"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"


def key() -> tuple[bytes, Any]:
    """A private key as PEM, and its public half as it stands in a JWKS."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key()))
    return pem, {"keys": [{**jwk, "kid": KID, "use": "sig", "alg": "RS256"}]}


@dataclass
class Platform:
    """State of the platform: tokens, line items, the last score of each user."""

    jwks: Any
    url: str = ""
    tokens: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    items: list[dict[str, Any]] = field(default_factory=list)
    scores: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    trouble: list[Answer] = field(default_factory=list)
    """Answers to give to the next scores, instead of taking them."""
    refuse: set[str] = field(default_factory=set)
    """Users that the platform does not know."""
    expires_in: int = 3600

    def __call__(self, request: Request) -> Answer:
        """The whole platform."""
        if request.path == "/token":
            return self._token(request)
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.tokens:
            return Answer({"error": "invalid_token"}, 401)
        if request.path == "/lineitems":
            return self._line_items(request)
        if request.path.endswith("/scores"):
            return self._score(request)
        found = [item for item in self.items if item["id"].split("?")[0].endswith(request.path)]
        return Answer(found[0]) if found else Answer({}, 404)

    def _token(self, request: Request) -> Answer:
        form = request.form
        assertion = form.get("client_assertion", "")
        header = jwt.get_unverified_header(assertion)
        jwk = next(k for k in self.jwks["keys"] if k["kid"] == header["kid"])
        claims = jwt.decode(
            assertion,
            jwt.PyJWK(jwk).key,
            algorithms=["RS256"],
            audience=f"{self.url}/token",
            issuer=CLIENT,
            options={"require": ["exp", "iat", "iss", "sub", "aud", "jti"]},
        )
        wrong = [
            claims["sub"] != CLIENT,
            claims["jti"] in self.used,
            claims["exp"] - claims["iat"] > 3600,
            form.get("grant_type") != "client_credentials",
            not form.get("client_assertion_type", "").endswith("jwt-bearer"),
            set(form["scope"].split()) != {f"{AGS}lineitem", f"{AGS}score"},
        ]
        if any(wrong):
            self.complaints.append(f"token {wrong}")
            return Answer({"error": "invalid_client"}, 400)
        self.used.add(claims["jti"])
        token = f"token-{len(self.used)}"
        self.tokens = {token}
        return Answer(
            {"access_token": token, "expires_in": self.expires_in, "scope": form["scope"]}
        )

    def _line_items(self, request: Request) -> Answer:
        if request.method == "POST":
            item = json.loads(request.body)
            item["id"] = f"{self.url}/items/{len(self.items) + 1}/lineitem?type_id=5"
            self.items.append(item)
            return Answer(item, 201)
        page = int(request.form.get("page", "1"))
        more = {"Link": f'<{self.url}/lineitems?page={page + 1}>; rel="next"'}
        return Answer(self.items[page - 1 : page], 200, more if page < len(self.items) else {})

    def _score(self, request: Request) -> Answer:
        if self.trouble:
            return self.trouble.pop(0)
        body = json.loads(request.body)
        user = body.get("userId", "")
        if user in self.refuse:
            return Answer({"error": "unknown user"}, 404)
        last = self.scores.get(user, {}).get("timestamp", "")
        item = next(i["id"] for i in self.items if request.path.split("/")[2] in i["id"].split("/"))
        found = problems(
            {
                "body": request.body,
                "url": (self.url + request.url).encode(),
                "line_item": item.encode(),
                "content_type": request.headers.get("Content-Type", "").encode(),
                "after": last.encode(),
            }
        )
        self.complaints += found
        if found:
            return Answer({"error": found}, 409 if "later" in str(found) else 400)
        self.scores[user] = body
        self.posts.append(body)
        return Answer({}, 200)
