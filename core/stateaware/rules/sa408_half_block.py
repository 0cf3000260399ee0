"""SA408: a block replaces an inherited one as a whole, so that a part of that one is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from stateaware.config.layers import Effective, Setting
from stateaware.config.reader import FRESHNESS, STATE
from stateaware.config.sources import PARTS
from stateaware.findings import Finding, Fix, Place, Related
from stateaware.records import dataclass
from stateaware.rules.base import Rule, Subject
from stateaware.rules.layers_below import where
from stateaware.syntax.tree import Mapping
from stateaware.text.source import SourceText

if TYPE_CHECKING:
    from stateaware.workspace import Project

_FLOW: Final = "{{count: {count}, period: {period}}}"


@dataclass(frozen=True, slots=True)
class _Loss:
    """A part that a weaker block has and the one in force has not. ``holder`` is the map it is lost from."""

    block: str
    part: str
    value: object
    holder: str
    weaker: Setting
    winner: Setting


class HalfBlock(Rule):
    """A block replaces the inherited one as a whole, so that a part which is not repeated is lost.

    ## What it does
    Reports a `build_after` without the `updates_on: all` of the one it replaces, a `state` without a key
    of the one it replaces, and a source's `freshness` without a threshold or filter that dbt_project.yml
    sets.

    ## Why it matters
    Layers are not merged key by key. What looks like a small change takes away the rest, without a word.
    (Between a source and its tables thresholds are merged one by one; that is not reported.)

    ## Example
    ```yaml
    # dbt_project.yml
    models:
      +freshness: {build_after: {count: 1, period: day, updates_on: all}}

    # models/schema.yml
    models:
      - name: orders
        config: {freshness: {build_after: {count: 4, period: hour}}}     # updates_on is any again
    ```

    ## How to fix
    Repeat what is to stay: `build_after: {count: 4, period: hour, updates_on: all}`.

    ## Engines
    All, for freshness; a lost `updates_on` is an information, since the block is complete without it.
    `state` is replaced as a whole by dbt v2 preview.196; later releases are said to merge it key by key.
    """

    code = "SA408"
    name = "half-block-drops-inherited"
    group = "places"
    severity = "warning"
    fixable = "sometimes"

    def subjects(self, project: Project) -> Iterable[Subject]:
        """Every block in force that hides a weaker one, once for each pair."""
        seen: set[tuple[object, ...]] = set()
        for unique_id, label, effective, losses in _hiding(project):
            winner = effective.winner
            if winner is None:
                continue
            found = tuple(losses)
            parts = tuple((loss.part, loss.weaker.file, loss.weaker.key.span) for loss in found)
            key = (winner.file, winner.key.span, parts)
            if key not in seen:
                seen.add(key)
                yield Subject(Place(winner.file, winner.span), label, unique_id, found)

    def check(self, subject: Subject, project: Project) -> Iterable[Finding]:
        """One finding for each block that is replaced, with all that is lost of it."""
        by_block: dict[int, list[_Loss]] = {}
        for loss in subject.data if isinstance(subject.data, tuple) else ():
            by_block.setdefault(id(loss.weaker), []).append(loss)
        for losses in by_block.values():
            loss = losses[0]
            shown = " and ".join(f"`{one.part}: {_shown(one.value)}`" for one in losses)
            yield Finding(
                code=self.code,
                severity="info" if loss.part == "updates_on" else "warning",
                message=f"this replaces the `{loss.block}` from {where(loss.weaker)} as a whole, "
                f"so its {shown} {'is' if len(losses) == 1 else 'are'} lost",
                place=subject.place,
                node=subject.node,
                hint=f"write {shown} here too",
                notes=("later releases of dbt v2 are said to merge `state` key by key",)
                if loss.block == STATE
                else (),
                related=(Related(Place(loss.weaker.file, loss.weaker.span), "replaced as a whole"),),
                fixes=_fixes(loss, _shown(loss.value), project) if len(losses) == 1 else (),
            )


def _hiding(project: Project) -> Iterator[tuple[str, str, Effective, Iterator[_Loss]]]:
    for unique_id, model in project.models.items():
        for key, effective in model.effective.items():
            winner = effective.winner
            if winner is None or winner.layer.overrides or len(effective.order) < 2:
                continue
            if model.package.is_root and isinstance(effective.value, dict):
                yield unique_id, model.name, effective, _lost_by_model(key, effective)
    for unique_id, table in project.sources.items():
        config = table.config
        whole = config.effective.get(FRESHNESS) if config is not None else None
        if config is None or whole is None or whole.winner is None or not table.package.is_root:
            continue
        if len(whole.order) > 1 and isinstance(whole.value, dict):
            yield unique_id, table.label, whole, _lost_by_source(whole, config.effective)


def _weaker(effective: Effective) -> Iterator[Setting]:
    """Settings that the one in force hides, the strongest first."""
    passed = False
    for setting in effective.order:
        if passed and setting.block.presence == "set" and not setting.dropped:
            yield setting
        passed = passed or setting is effective.winner


def _lost_by_model(key: str, effective: Effective) -> Iterator[_Loss]:
    winner, weaker = effective.winner, next(_weaker(effective), None)
    if winner is None or weaker is None:
        return
    ours, theirs = effective.value, weaker.block.value
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return
    if key == STATE:
        for part, value in theirs.items():
            if ours and part not in ours:
                yield _Loss(STATE, part, value, STATE, weaker, winner)
        return
    interval, inherited = ours.get("build_after"), theirs.get("build_after")
    if not isinstance(interval, dict) or not isinstance(inherited, dict) or not interval.get("count"):
        return  # a count of 0 opts out, and what is waited for does not matter then
    if inherited.get("updates_on") == "all" and not _writes(winner, "updates_on"):
        yield _Loss("build_after", "updates_on", "all", "build_after", weaker, winner)


def _writes(setting: Setting, key: str) -> bool:
    tree = setting.block.tree
    block = tree.value("build_after") if isinstance(tree, Mapping) else None
    return isinstance(block, Mapping) and block.get(key) is not None


def _lost_by_source(whole: Effective, effective: dict[str, Effective]) -> Iterator[_Loss]:
    winner = whole.winner
    if winner is None:
        return
    for weaker in _weaker(whole):
        value = weaker.block.value
        for part in PARTS:
            theirs = value.get(part) if isinstance(value, dict) else None
            if theirs is None or _is_half(theirs) or f"{FRESHNESS}.{part}" in effective:
                continue
            if _settled_above(whole, weaker, part):
                continue  # switched off by name, which takes nothing away unseen
            yield _Loss(FRESHNESS, part, theirs, FRESHNESS, weaker, winner)


def _settled_above(whole: Effective, weaker: Setting, part: str) -> bool:
    """Whether a setting above another one writes a part itself, be it as a null."""
    for setting in whole.order:
        if setting is weaker:
            return False
        if isinstance(setting.block.tree, Mapping) and setting.block.tree.get(part) is not None:
            return True
    return False


def _is_half(threshold: object) -> bool:
    return isinstance(threshold, dict) and None in (threshold.get("count"), threshold.get("period"))


def _shown(value: object) -> str:
    """A value as one would write it in YAML, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return _FLOW.format(count=value.get("count"), period=value.get("period"))
    return str(value)


def _fixes(loss: _Loss, shown: str, project: Project) -> tuple[Fix, ...]:
    """Repeat the part; it changes what is in force, so it is not safe."""
    from stateaware.fix.yaml_edit import append_entry

    file = loss.winner.file
    if not file.lower().endswith((".yml", ".yaml")) or loss.part == "filter":
        return ()
    holder = loss.winner.node
    if loss.holder == "build_after" and isinstance(holder, Mapping):
        holder = holder.value("build_after") or holder
    text = project.text(file)
    if text is None or not isinstance(holder, Mapping) or holder.get(loss.part) is not None:
        return ()
    edits = append_entry(SourceText(file, text), holder, loss.part, shown)
    return (Fix(f"Write `{loss.part}: {shown}`", edits, safe=False),) if edits else ()
