"""The store: groups, order, the expected head, and the end of all writing after a failure."""

import asyncio
import threading
from queue import Empty, SimpleQueue

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from evalhub.hub.store import HEAD, MIGRATIONS, Store, Write


@pytest.fixture
def opened(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    told, failed = SimpleQueue(), SimpleQueue()
    yield store, told, failed, lambda: store.start(lambda call, *args: call(*args), told.put, failed.put)
    store.close()


def rows(session, *numbers):
    return tuple((session, n, b"entry %d" % n, b"blob" if n % 2 else None) for n in numbers)


def test_what_was_handed_over_is_committed_in_order_and_once(opened):
    store, told, _, start = opened
    writes = [Write(rows=rows("S", n), outcome=("p", n + 1, b"o%d" % n)) for n in range(600)]
    for write in writes[:400]:
        store.append(write)
    start()
    for write in writes[400:]:
        store.append(write)
    seen = []
    while len(seen) < 600:
        group = told.get(timeout=5)
        seen += group.writes
        assert store.read("S", group.writes[-1].rows[-1][1])  # told of what can be read
    assert seen == writes
    assert [row[1] for row in store.walk("S")] == list(range(600))
    assert (store.size("S"), store.last("p"), store.outcome("p", 600)) == (600, 600, b"o599")
    assert store.sessions() == ["S"]


def test_a_place_that_is_taken_ends_all_writing(opened):
    store, told, failed, start = opened
    start()
    store.append(Write(rows=rows("S", 0)))
    told.get(timeout=5)
    store.append(Write(rows=rows("S", 1, 0), outcome=("p", 1, b"o")))
    assert "UNIQUE" in str(failed.get(timeout=5))
    store.append(Write(rows=rows("S", 1)))
    with pytest.raises(Empty):
        told.get(timeout=0.2)
    assert (store.size("S"), store.last("p")) == (1, 0)  # the failed group left nothing behind


def test_a_page_is_small_and_never_empty(opened):
    store, told, _, start = opened
    start()
    store.append(Write(rows=tuple(("S", n, b"x" * 300_000, None) for n in range(4))))
    told.get(timeout=5)
    assert [len(store.read("S", first)) for first in range(5)] == [1, 1, 1, 1, 0]


def test_notes_are_replaced_and_entries_never(opened):
    store, told, _, start = opened
    start()
    for size in (1, 2):
        store.append(Write(note=("S", "signed", size, b"note %d" % size)))
        told.get(timeout=5)
    assert store.note("S", "signed") == b"note 2"
    assert store.note("S", "final") is None


def test_closing_commits_what_waits(tmp_path):
    url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    store = Store(url)
    store.start(lambda call, *args: call(*args), lambda group: None, lambda error: None)
    for n in range(50):
        store.append(Write(rows=rows("S", n)))
    store.close()
    again = Store(url)
    assert again.size("S") == 50
    again.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("store")]


def test_after_closing_nothing_is_taken_and_nobody_fails(tmp_path):
    """A callback of the last group may run while the loop is being closed, and want to append what follows."""
    url, loop = f"sqlite:///{tmp_path / 'hub.sqlite'}", asyncio.new_event_loop()
    store, failed = Store(url), []
    store.start(loop.call_soon_threadsafe, lambda group: None, failed.append, loop.call_soon)
    store.append(Write(rows=rows("S", 0)))
    store.close()
    loop.close()
    store.append(Write(rows=rows("S", 1)))
    again = Store(url)
    assert (again.size("S"), failed) == (1, [])
    again.close()


def test_the_newest_migration_is_the_one_that_is_asked_for():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
