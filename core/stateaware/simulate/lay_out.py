"""When each build of one run begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush, heapreplace


def lay_out(
    builds: Sequence[int],
    parents: Callable[[int], Sequence[int]],
    seconds: Callable[[int], float],
    waits: Mapping[int, float],
    threads: int,
) -> list[tuple[float, float]]:
    """Start and end of each build, in seconds after the run began, as dbt works a queue off.

    A build waits for those of its parents that are built in this run, and for a free thread; of those that
    could start the one that comes first is taken. What is reused takes no time and holds nothing up.

    Args:
        builds: numbers of nodes in an order in which parents come first.
        parents: the numbers of a node's parents.
        seconds: how long a node takes.
        waits: seconds after which a node can start at the earliest, where it is not at once.
        threads: how many builds go on at a time.
    """
    if threads == 1 or len(builds) == 1:
        return _one_by_one(builds, seconds, waits)
    numbers = set(builds)
    missing: dict[int, int] = {}
    ready: dict[int, float] = {}
    children: dict[int, list[int]] = {}
    times: dict[int, tuple[float, float]] = {}
    waiting: list[tuple[float, int]] = []
    for node in builds:
        count = 0
        for parent in parents(node):
            if parent in numbers:
                count += 1
                if parent in children:
                    children[parent].append(node)
                else:
                    children[parent] = [node]
        if count:
            missing[node], ready[node] = count, waits.get(node, 0.0)
        else:
            waiting.append((waits.get(node, 0.0), node))
    heapify(waiting)
    free = [0.0] * min(threads, len(builds))
    runnable: list[int] = []
    now = 0.0
    while waiting or runnable:
        if free[0] > now:
            now = free[0]
        if not runnable and waiting[0][0] > now:
            now = waiting[0][0]
        while waiting and waiting[0][0] <= now:
            heappush(runnable, heappop(waiting)[1])
        node = heappop(runnable)
        end = now + seconds(node)
        heapreplace(free, end)
        times[node] = (now, end)
        for child in children.get(node, ()):
            if end > ready[child]:
                ready[child] = end
            missing[child] -= 1
            if not missing[child]:
                heappush(waiting, (ready[child], child))
    return [times[node] for node in builds]


def _one_by_one(
    builds: Sequence[int], seconds: Callable[[int], float], waits: Mapping[int, float]
) -> list[tuple[float, float]]:
    now, times = 0.0, []
    for node in builds:
        start = max(now, waits.get(node, 0.0))
        now = start + seconds(node)
        times.append((start, now))
    return times
