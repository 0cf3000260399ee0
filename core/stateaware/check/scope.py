"""Which rules run in which files, and how severe what they say is: the settings applied."""

from __future__ import annotations

from stateaware.check.globs import path_matcher
from stateaware.check.settings import Level, PathSettings, Settings
from stateaware.findings import Severity
from stateaware.records import cached_property
from stateaware.rules.base import Rule
from stateaware.rules.registry import all_rules, best, is_selected, specificity


class Scope:
    """The rules of one run under one project's settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._excluded = [path_matcher(glob) for glob in settings.exclude]
        self._paths = [(path_matcher(part.glob), part) for part in settings.per_path]
        self._file_parts: dict[str, tuple[PathSettings, ...]] = {}
        self._decided: dict[tuple[str, tuple[PathSettings, ...]], bool] = {}
        self.uniform = not self._excluded and not self._paths
        """Whether every file has the same rules, so that files need not be asked about one by one."""

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule that runs in some file, in the order of the codes."""
        parts: list[tuple[PathSettings, ...]] = [(), *((part,) for part in self._settings.per_path)]
        return tuple(rule for rule in all_rules() if any(self._runs(rule, part) for part in parts))

    def excludes(self, file: str) -> bool:
        """Whether the settings take a file out of the check."""
        return any(matches(file) for matches in self._excluded)

    def covers(self, rule: Rule, file: str) -> bool:
        """Whether a rule runs in a file."""
        if self.uniform:
            return rule in self.rules
        parts = self._parts_of(file)
        key = (rule.code, parts)
        if key not in self._decided:
            self._decided[key] = self._runs(rule, parts)
        return self._decided[key] and not self.excludes(file)

    def severity(self, rule: Rule, file: str | None = None) -> Severity | None:
        """The severity that the settings give a rule in a file (None: in all), None where they give none."""
        level = self._level(rule, () if file is None else self._parts_of(file))
        return None if level == "off" else level

    def _parts_of(self, file: str) -> tuple[PathSettings, ...]:
        if not self._paths:
            return ()
        found = self._file_parts.get(file)
        if found is None:
            found = tuple(part for matches, part in self._paths if matches(file))
            self._file_parts[file] = found
        return found

    def _runs(self, rule: Rule, parts: tuple[PathSettings, ...]) -> bool:
        if self._level(rule, parts) == "off":
            return False
        settings = self._settings
        runs = is_selected(
            rule, settings.select, settings.ignore, settings.extend_select, engine=settings.engine
        )
        for part in parts:  # a later table wins over an earlier one, as it stands below it
            chosen, dropped = best(part.select, rule), best(part.ignore, rule)
            if chosen or dropped:
                runs = chosen > dropped
        return runs

    def _level(self, rule: Rule, parts: tuple[PathSettings, ...]) -> Level | None:
        level: Level | None = None
        for pairs in (self._settings.severity, *(part.severity for part in parts)):
            closest = 0
            for selector, given in pairs:
                near = specificity(selector, rule)
                if near > closest:
                    closest, level = near, given
        return level
