"""Properties that are computed once."""

from __future__ import annotations

import threading
import time

import pytest

from stateaware.records import cached_property


class Thing:
    def __init__(self) -> None:
        self.computed = 0

    @cached_property
    def slow(self) -> object:
        """What takes a while."""
        self.computed += 1
        time.sleep(0.02)
        return object()

    @cached_property
    def failing(self) -> object:
        self.computed += 1
        raise ValueError

    @cached_property
    def both(self) -> object:
        return self.slow


def test_threads_get_the_same_result() -> None:
    thing, found = Thing(), []
    threads = [threading.Thread(target=lambda: found.append(thing.both)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert thing.computed == 1
    assert set(found) == {thing.slow}
    assert not [name for name in vars(thing) if name.startswith("lock")]


def test_one_instance_does_not_wait_for_another() -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Waiting(Thing):
        @cached_property
        def slow(self) -> object:
            if threading.current_thread() is not threading.main_thread():
                begun.set()
                go_on.wait(30)
            return 1

    one, other = Waiting(), Waiting()
    thread = threading.Thread(target=lambda: one.slow)
    thread.start()
    assert begun.wait(30)
    assert other.slow == 1
    go_on.set()
    thread.join()


def test_what_fails_is_tried_again() -> None:
    thing = Thing()
    for _ in range(2):
        with pytest.raises(ValueError, match=r"^$"):
            _ = thing.failing
    assert thing.computed == 2
    assert Thing.slow.__doc__ == "What takes a while."
