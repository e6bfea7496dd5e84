"""Right inputs with something wrong in them: JSON values, bytes, archives, kernel messages."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from hypothesis import strategies as st

TEXT = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "\x00",
        "\ud800",
        "\u202e",
        "<b>",
        "=1+1",
        "{{ 7*7 }}",
        "../x",
        "9" * 400,
        "mixed7",
        "None",
    ]
)
NUMBER = st.integers() | st.floats() | st.sampled_from([0, -1, 2**53, 2**64, 10**30, 1e308, -0.0])
ODD = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@st.composite
def spoiled(draw: st.DrawFn, value: Any) -> Any:
    """The JSON value with up to four of its parts replaced, taken away or doubled."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 4))):
        value = _spoil(draw, value)
    return value


def _spoil(draw: st.DrawFn, value: Any) -> Any:
    """One step down or, at a leaf and now and then above it, something odd."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 5)) == 0:
        return draw(ODD)
    places = list(value) if isinstance(value, dict) else list(range(len(value)))
    place = draw(st.sampled_from(places))
    change = draw(st.integers(0, 9))
    if change == 0:
        del value[place]
    elif change == 1 and isinstance(value, list):
        value.append(value[place])
    elif change == 1:
        value[draw(TEXT)] = value[place]
    else:
        value[place] = _spoil(draw, value[place])
    return value


@st.composite
def spoiled_bytes(draw: st.DrawFn, value: Any) -> bytes:
    """Spoiled JSON as bytes, some of them overwritten, cut off or repeated."""
    data = json.dumps(draw(spoiled(value))).encode("utf-8", "surrogatepass")
    kind = draw(st.integers(0, 5))
    at = draw(st.integers(0, len(data)))
    if kind == 0:
        noise = draw(st.binary(max_size=12))
        return data[:at] + noise + data[at + len(noise) :]
    if kind == 1:
        return data[:at]
    return data + data[at:] if kind == 2 else data


MESSAGE = {
    "header": {"msg_type": "stream", "msg_id": "1"},
    "content": {"name": "stdout", "text": "x", "data": {"text/plain": "x"}, "traceback": ["x"],
                "ename": "E", "evalue": "v", "execution_state": "idle", "wait": True},
}  # fmt: skip
KINDS = ("stream", "display_data", "error", "status", "execute_reply", "update_display_data")


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Zips with odd names, then with bytes overwritten."""
    made = io.BytesIO()
    names = draw(st.lists(TEXT | st.just("a/b"), min_size=1, max_size=3))
    with zipfile.ZipFile(made, "w") as opened:
        for name in {one.encode("utf-8", "replace").decode().replace("\0", "") for one in names}:
            opened.writestr(f"{name}.ipynb", b"{}" * 20)
    data = bytearray(made.getvalue())
    for _ in range(draw(st.integers(0, 3))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


@st.composite
def messages(draw: st.DrawFn) -> list[bytes]:
    header = json.dumps({**MESSAGE["header"], "msg_type": draw(st.sampled_from(KINDS))}).encode()
    content = draw(spoiled_bytes(MESSAGE["content"]))
    frames = [b"topic", b"<IDS|MSG>", b"", header, header, b"{}", content]
    frames[draw(st.integers(0, 6))] = draw(
        st.just(content) | st.binary(max_size=20) | st.just(header)
    )
    return frames
