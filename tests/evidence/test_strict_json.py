"""JSON that a stranger wrote is read strictly, or refused with a reason."""

from __future__ import annotations

import json

import pytest

from grader.evidence.strict_json import MAX_DEPTH, parse_json

STRICT = {
    "NaN": b'{"a": NaN}',
    "infinity": b"[-Infinity]",
    "overflow": b"[1e999]",
    "a key twice": b'{"a": 1, "b": {"c": 1, "c": 2}}',
    "many digits": b"[" + b"9" * 5000 + b"]",
    "deep": b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2),
    "very deep": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 60_000 + b"1" + b"}" * 60_000,
    "not UTF-8": b'"\xff\xfe"',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "half a surrogate": b'["\\ud800"]',
    "a key with half a surrogate": b'{"\\udfff": 1}',
    "two values": b"1 2",
    "nothing": b"",
    "too large": b'"' + b"x" * 3_000_000 + b'"',
}


@pytest.mark.parametrize("name", STRICT)
def test_strict_json_refuses(name: str) -> None:
    """Each with a ValueError, quickly, whatever the nesting."""
    with pytest.raises(ValueError, match=r"^[^\\<>]{3,80}$"):
        parse_json(STRICT[name], max_bytes=2_000_000)


def test_strict_json_reads_what_is_right() -> None:
    """Whole pairs of surrogates, plain numbers, nesting up to the bound."""
    text = b'{"a": [1, -2.5e3, true, null, "\\ud83d\\ude00", {"b": [[]]}]}'
    assert parse_json(text, max_bytes=1000) == json.loads(text)
