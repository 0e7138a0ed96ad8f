import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.pure.canonical import NotCanonical, canonical, read_canonical

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=12,
)


def test_keys_are_sorted_and_nothing_is_escaped_or_spaced() -> None:
    assert canonical({"门": [1, None], "a": True}) == '{"a":true,"门":[1,null]}'.encode()


@given(VALUES)
def test_what_is_written_reads_back_and_is_plain_json(value: object) -> None:
    raw = canonical(value)
    assert read_canonical(raw) == value
    assert json.loads(raw) == value


@pytest.mark.parametrize("value", [0.5, float("nan"), {1: 2}, b"x", {"a": [object()]}, "\ud800"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a": 1}',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'"\\u0061"',
        b'{"a":1}\n',
        b"{",
        b"\xff",
        b"-0",
        b"[" * 100_000,
    ],
)
def test_bytes_in_another_form_are_refused(raw: bytes) -> None:
    with pytest.raises(NotCanonical):
        read_canonical(raw)
