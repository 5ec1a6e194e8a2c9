import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstore import hashes


def test_canonical_json_sorts_keys_and_leaves_no_spaces():
    assert hashes.canonical_json({"b": [1, 2.5], "a": "é"}) == '{"a":"é","b":[1,2.5]}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), "\ud800"])
def test_canonical_json_refuses_what_is_no_json(value):
    with pytest.raises(ValueError):
        hashes.canonical_json({"a": value})


def test_the_chain_begins_with_the_hash_of_the_logs_id():
    assert hashes.genesis("abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


def test_each_column_is_hashed_behind_its_length_as_u32():
    columns = (1, "id", "s", 1, 1, "T", 1, "{}", "c", "r", "now")
    by_hand = (
        b"\0\0\0\x011" b"\0\0\0\x02id" b"\0\0\0\x01s" b"\0\0\0\x011" b"\0\0\0\x011"
        b"\0\0\0\x01T" b"\0\0\0\x011" b"\0\0\0\x02{}" b"\0\0\0\x01c" b"\0\0\0\x01r"
        b"\0\0\0\x03now"
    )  # fmt: skip

    assert hashes.content_hash(columns) == hashlib.sha256(by_hand).digest()


def test_a_content_hash_is_the_same_for_ever():
    columns = (12, "id-1", "sé", 3, 4, "ShotPlanned", 1, '{"shot":1}', "c", "r", "t")

    assert hashes.content_hash(columns).hex() == (
        "043d35e071723a217ef9217901a1af124ad46bbe22e5e673767dde3bda83b0b2"
    )


def test_lengths_are_counted_in_bytes_so_that_columns_cannot_run_together():
    shifted = (1, "id", "sx", 1, 1, "T", 1, "{}", "c", "r", "now")
    columns = (1, "idx", "s", 1, 1, "T", 1, "{}", "c", "r", "now")

    assert hashes.content_hash(shifted) != hashes.content_hash(columns)


def test_a_link_is_the_hash_of_the_link_before_and_the_content():
    assert hashes.chain_hash(b"a", b"bc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


WORDS = st.text(st.characters(codec="utf-8"), max_size=40)
NUMBERS = st.integers(min_value=1, max_value=10**15)


@given(at=NUMBERS, place=st.tuples(NUMBERS, NUMBERS, NUMBERS), texts=st.tuples(*[WORDS] * 7))
def test_an_appends_hash_is_that_of_its_columns(at, place, texts):
    position, end, version = place
    event_id, stream, kind, data, *shared = texts

    found = hashes.AppendHash(stream, end, tuple(shared)).of(
        at, event_id, position, (kind, version, data)
    )

    columns = (at, event_id, stream, position, end, kind, version, data, *shared)
    assert found == hashes.content_hash(columns)
