import copy

from hypothesis import given
from hypothesis import strategies as st

from eventstore.tables import READ_TABLES, difference
from projections.events import TYPES
from tests.build import RUN, started

VALUES = st.one_of(st.none(), st.integers(-3, 3), st.text(max_size=2))


@st.composite
def rows(draw):
    """Any rows of any read tables."""
    found = {}
    for table, width in READ_TABLES.items():
        if draw(st.booleans()):
            keys = st.tuples(*[st.integers(0, 2)] * width)
            found[table] = draw(
                st.dictionaries(keys, st.tuples(VALUES, VALUES), max_size=4).map(
                    lambda kept: {key: (*key, *rest) for key, rest in kept.items()}
                )
            )
    return found


@given(rows(), rows())
def test_the_difference_turns_the_rows_before_into_the_rows_after(before, after):
    tables = {table: dict(before.get(table, {})) for table in READ_TABLES}

    for table, written, removed in difference(before, after):
        for key in removed:
            del tables[table][key]
        tables[table] |= {row[: READ_TABLES[table]]: row for row in written}

    assert tables == {table: dict(after.get(table, {})) for table in READ_TABLES}


@given(rows())
def test_between_equal_rows_there_is_no_difference(before):
    assert difference(before, copy.deepcopy(before)) == []


def test_rows_change_in_the_same_commit_as_their_events(home, log):
    from eventstore.tables import Change

    log.append(
        "a",
        [started()],
        expected=0,
        cause=RUN,
        project=lambda new: [Change("withdrawn", [("a", new[0].position)], [])],
    )

    with home.open_existing(TYPES, read_only=True) as other:
        assert other.stored_rows("a")["withdrawn"] == {("a", 1): ("a", 1)}


def rewrite(log, session, rows):
    """Bring the read tables of a session to `rows`, in an append."""
    changes = difference(log.stored_rows(session), rows)
    at = log.version(session)
    log.append(session, [started()], expected=at, cause=RUN, project=lambda _: changes)


def test_rows_can_be_removed(log):
    rewrite(log, "a", {"withdrawn": {("a", 1): ("a", 1), ("a", 2): ("a", 2)}})

    rewrite(log, "a", {"withdrawn": {("a", 2): ("a", 2)}})

    assert log.stored_rows("a")["withdrawn"] == {("a", 2): ("a", 2)}


def test_rewriting_leaves_other_sessions_alone(log):
    rewrite(log, "a", {"withdrawn": {("a", 1): ("a", 1)}})

    rewrite(log, "b", {"withdrawn": {("b", 1): ("b", 1)}})

    assert log.stored_rows("a")["withdrawn"] == {("a", 1): ("a", 1)}


def test_every_read_table_of_the_schema_is_known_with_its_key(log):
    for table, width in READ_TABLES.items():
        keyed = [row for row in log.connection.execute(f"PRAGMA table_info({table})") if row[5]]
        assert [row[0] for row in keyed] == list(range(width)), table
