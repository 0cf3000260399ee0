"""Decisions as sentences: the same ones in every output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Final

from stateaware.plan.decision import Change, Decision
from stateaware.plan.measured import MEASUREMENTS
from stateaware.plan.reasons import REASONS

_SHOWN: Final = 3
_UNITS: Final = (("day", 86400), ("h", 3600), ("min", 60), ("s", 1))


def named(unique_id: str) -> str:
    """How sentences call a node: ``stg_orders``, ``source raw.payments``, ``seed codes``.

    >>> named("source.shop.raw.payments")
    'source raw.payments'
    """
    kind, _, rest = unique_id.partition(".")
    name = rest.partition(".")[2] or rest
    return name if kind == "model" else f"{kind} {name}" if name else unique_id


def span_words(seconds: float) -> str:
    """A length of time by its two largest units: ``1 h 10 min``, ``2 days 4 h``, ``0 s``."""
    left, parts = int(seconds), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'s' if unit == 'day' and count > 1 else ''}")
        if len(parts) == 2 or (parts and not count):
            break
    return " ".join(parts) or "0 s"


def moment_words(moment: datetime, at: datetime) -> str:
    """``11:50`` on the day of the plan, else with its date; in UTC, which the sentence has to say."""
    form = "%H:%M" if moment.date() == at.date() else "%Y-%m-%d %H:%M"
    if moment.second and moment.date() == at.date():
        form = "%H:%M:%S"
    # years before 1000 come without their zeros on some systems
    return moment.strftime(form) if moment.year >= 1000 else moment.replace(tzinfo=None).isoformat(" ")


def reason_words(decision: Decision) -> str:
    """Why, in one sentence: what stands after ``build`` or ``reuse`` in a plan."""
    return _fill(REASONS[decision.reason].text, decision)


def dbt_words(decision: Decision) -> str:
    """What dbt prints for it; empty where it prints nothing."""
    return _fill(REASONS[decision.reason].dbt, decision)


def _fill(template: str, decision: Decision) -> str:
    if "{" not in template:
        return template
    return template.format_map(_Fields(decision))


class _Fields(dict[str, str]):
    """The parts of sentences, made when one is asked for."""

    def __init__(self, decision: Decision) -> None:
        super().__init__()
        self._decision = decision

    def __missing__(self, name: str) -> str:
        return _PARTS[name](self._decision)


def _listed(parts: Iterable[str]) -> str:
    every = list(parts)
    rest = len(every) - _SHOWN
    if rest > 1:
        return f"{', '.join(every[:_SHOWN])} and {rest} more"
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def _age(decision: Decision) -> str:
    if decision.built_at is None:
        return "?"
    return span_words(max(0.0, (decision.at - decision.built_at).total_seconds()))


def _eligible(decision: Decision) -> str:
    moment = decision.eligible_at or decision.at
    return f"{moment_words(moment, decision.at)} UTC"


def _change(change: Change, at: datetime) -> str:
    """``source raw.orders (08:55, was 07:50)``."""
    name = named(change.upstream)
    if change.how == "planned" or change.now is None:
        return name
    now, then = _version(change.now, at), _version(change.then, at)
    if now is None:  # an opaque version tells nobody anything
        return name
    return f"{name} ({now}, was {then} UTC)" if then is not None else f"{name} ({now} UTC)"


def _version(version: str | None, at: datetime) -> str | None:
    if version is None:
        return None
    try:
        moment = datetime.fromisoformat(f"{version[:-1]}+00:00" if version.endswith("Z") else version)
        moment = moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment
        return moment_words(moment.astimezone(timezone.utc), at)
    except (ValueError, OverflowError):
        return None


def _happened(decision: Decision) -> str:
    """What is new, the most telling first."""
    sure = [change for change in decision.changes if change.certain]
    planned = [named(change.upstream) for change in sure if change.how == "planned"]
    data = [change for change in sure if not MEASUREMENTS[change.how].changed]
    counted = [change for change in sure if change.how != "planned" and MEASUREMENTS[change.how].changed]
    if data:
        return f"new data in {_listed(_change(change, decision.at) for change in data)}"
    if planned:
        return f"{_listed(planned)} {'is' if len(planned) == 1 else 'are'} built in this run"
    if counted:
        first = counted[0]
        return f"{named(first.upstream)} {MEASUREMENTS[first.how].words}, so it counts as new"
    if decision.changes:
        return f"there may be new data in {_listed(named(change.upstream) for change in decision.changes)}"
    return _recoded(decision)


def _recoded(decision: Decision) -> str:
    return f"code changed: {decision.recoded}" if decision.recoded else "code changed"


def _but(decision: Decision) -> str:
    if any(change.certain for change in decision.changes):
        return f"{'new data' if not _only_counted(decision) else _happened(decision)}, but "
    return "" if decision.changes else f"{_recoded(decision)}, but "


def _only_counted(decision: Decision) -> bool:
    sure = [change for change in decision.changes if change.certain]
    return all(change.how != "planned" and MEASUREMENTS[change.how].changed for change in sure)


def _unchanged(decision: Decision) -> str:
    return "no parent has new data" if decision.same else "nothing has changed"


def _still_old(decision: Decision) -> str:
    waiting = f"not in {_listed(map(named, decision.same))}: it waits for all parents"
    new = [named(change.upstream) for change in decision.changes if change.certain]
    return f"new data in {_listed(new)}, but {waiting}" if new else f"no new data, at least {waiting}"


def _open(decision: Decision) -> str:
    unsure = [change for change in decision.changes if not change.certain]
    return _listed(
        f"{named(one.upstream)}, which {MEASUREMENTS[one.how].words}"
        if MEASUREMENTS[one.how].changed is None
        else f"{named(one.upstream)}, whose own decision is open"
        for one in unsure
    )


_PARTS: Final[Mapping[str, Callable[[Decision], str]]] = {
    "age": _age,
    "because": lambda decision: _listed(map(named, decision.because)),
    "but": _but,
    "eligible": _eligible,
    "happened": _happened,
    "key": lambda decision: decision.window.key if decision.window else "",
    "open": _open,
    "recoded": _recoded,
    "still_old": _still_old,
    "unchanged": _unchanged,
    "unknown": lambda decision: decision.window.unknown if decision.window else "",
    "window": lambda decision: (decision.window.words or "its window") if decision.window else "",
}
