import hashlib

from hypothesis import given
from hypothesis import strategies as st

from yimen.pure.framing import digest, frame, int8


def test_a_field_stands_behind_its_length() -> None:
    assert frame(b"ab").hex() == "000000026162"
    assert frame("门").hex() == "00000003e997a8"
    assert frame(b"") == bytes(4)


def test_int8_is_a_bigint_as_postgresql_sends_it() -> None:
    assert int8(1).hex() == "0000000000000001"
    assert int8(-1).hex() == "f" * 16


def test_digest_hashes_framed_fields_in_order() -> None:
    assert digest(b"a", "b") == hashlib.sha256(b"\0\0\0\1a\0\0\0\1b").digest()


@given(st.lists(st.binary(max_size=6), max_size=5), st.lists(st.binary(max_size=6), max_size=5))
def test_different_fields_never_give_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    framed_one, framed_other = b"".join(map(frame, one)), b"".join(map(frame, other))
    assert (framed_one == framed_other) == (one == other)
