"""Fingerprints of code: one to keep, or two of which it matters only whether they are equal.

Most code is what it was, letter by letter: then nothing is parsed. Only texts that differ are brought into
the form that comments and whitespace do not change, both of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, TypeAlias

from stateaware.fingerprint.code import NodeCode
from stateaware.fingerprint.config import build_config, config_text
from stateaware.fingerprint.python_code import PYTHON, python_form
from stateaware.fingerprint.sql import digest, scheme, sql_form, sql_forms
from stateaware.fingerprint.template import template_form
from stateaware.plan.state import UNKNOWN_CODE, Fingerprint, code_differs
from stateaware.records import replace

Pair: TypeAlias = "tuple[str | None, str | None]"

_RUN_DEPENDENT: Final = re.compile(
    r"\b(?:invocation_id|run_started_at|modules\.datetime|modules\.pytz|thread_id|invocation_args_dict"
    r"|DBT_CLOUD_(?:RUN|JOB)\w*|DBT_JOB_RUN\w*)\b"
)
"""What a template can only name to get another value in each run."""
_BRANCHES: Final = re.compile(
    r"\b(?:is_incremental|should_full_refresh|FULL_REFRESH|full_refresh|load_relation|load_cached_relation"
    r"|get_relation|get_columns_in_relation|run_query|statement|this)\b"
)
"""What an incremental model asks whether its table exists with, or what is in it."""


def fingerprint(now: NodeCode, adapter: str) -> Fingerprint:
    """The fingerprint of a node to keep, for the adapter's dialect. Some milliseconds for a model."""
    if is_seed(now):
        return _whole(now, adapter, code=seed_code(now), template=None)
    compiled = None if now.compiled is None else _compiled_form(now, adapter)
    return _whole(now, adapter, code=compiled, template=_template(now, adapter, _macros(now.macros, adapter)))


def renew(then: Fingerprint, now: NodeCode, adapter: str) -> Fingerprint:
    """The fingerprint of a node beside the one that was kept; the same where nothing has changed.

    Nothing is parsed then.
    """
    if then.exact is not None and then.exact == exact_form(now):
        return then
    return fingerprint(now, adapter)


def settle(then: NodeCode | None, now: NodeCode, adapter: str) -> tuple[Fingerprint, Fingerprint]:
    """Fingerprints of a node then and now, to be compared with each other and not to be kept.

    Of code that only one side has nothing is said. Compiled code of different engines that differs is left
    to the templates; where these agree and what they call does not, the schemes differ.
    """
    if then is None:
        return UNKNOWN_CODE, _known(now, None, None, None, adapter)
    scheme_then = scheme_now = f"compared/{adapter.lower()}"
    if is_seed(now):
        code: Pair = (seed_code(then), seed_code(now))
        template: Pair = (None, None)
    elif _is_as_written(then, now):
        exact = digest(*_written(now))
        same = Fingerprint(code=exact, scheme=scheme_now, exact=exact)
        return same, same
    else:
        code, template = _compiled(then, now, adapter), _templates(then, now, adapter)
    if not same_engine(then, now):
        if code[0] != code[1]:
            code = (None, None)
        if code[0] is None and template[0] != template[1] and _own_templates_agree(then, now, adapter):
            scheme_then, scheme_now = _scheme(then, adapter), _scheme(now, adapter)
    then, now = told_by_both(then, now)
    config = _configs(then, now)
    return (
        replace(_known(then, code[0], template[0], config[0], adapter), scheme=scheme_then),
        replace(_known(now, code[1], template[1], config[1], adapter), scheme=scheme_now),
    )


def differs(then: NodeCode, now: NodeCode, adapter: str) -> bool:
    """Whether a plan would say that the code has changed."""
    return code_differs(*settle(then, now, adapter))[0]


def is_cosmetic(then: NodeCode, now: NodeCode, adapter: str) -> bool:
    """Whether the code is written differently and does the same, as far as compiled code tells."""
    if then.raw is None or now.raw is None:
        rewritten = None not in (then.compiled, now.compiled) and then.compiled != now.compiled
    else:
        rewritten = then.raw != now.raw or (then.macros != now.macros and then.whole == now.whole)
    return rewritten and not is_seed(now) and not differs(then, now, adapter)


def is_seed(node: NodeCode) -> bool:
    """Whether it is a seed, which has a file in place of code. Manifests have an empty text there."""
    return node.unique_id.startswith("seed.")


def seed_code(node: NodeCode) -> str | None:
    """The version of a seed; what dbt hashed is mostly what is hashed here."""
    version = (node.raw or "").rpartition(":")[2]
    return f"sha256:{version}" if version else None


def runs_differ(node: NodeCode) -> bool:
    """Whether the compiled code of a node may differ from run to run though nothing has changed."""
    config = node.config
    incremental = config.get("materialized") == "incremental"
    if incremental and (node.language == "python" or config.get("incremental_strategy") == "microbatch"):
        return True
    if node.raw is None:
        return incremental
    return _names(node.raw, incremental) or any(_names_macro(text, incremental) for text in node.macros)


def _names(text: str, incremental: bool) -> bool:
    """Whether Jinja names what differs from run to run."""
    found = _RUN_DEPENDENT.search(text) or (incremental and _BRANCHES.search(text))
    return bool(found)


_names_macro = lru_cache(maxsize=8192)(_names)


def template_text(node: NodeCode, adapter: str, *, config_counts: bool = False) -> str | None:
    """The code before Jinja in the form that is compared."""
    if node.raw is None:
        return None
    if node.language == "python":
        return python_form(node.raw, config_counts=config_counts)
    return template_form(node.raw, adapter, config_counts=config_counts)


@lru_cache(maxsize=8192)
def macro_text(text: str, adapter: str) -> str:
    """A macro in the form that is compared."""
    return template_form(text, adapter, config_counts=True)


def _scheme(node: NodeCode, adapter: str) -> str:
    parts = (scheme(adapter), f"dbt {node.engine}" if node.engine else "", _python(node))
    return "/".join(part for part in parts if part)


def _python(node: NodeCode) -> str:
    return PYTHON if node.language == "python" else ""


def same_engine(then: NodeCode, now: NodeCode) -> bool:
    """Whether what dbt wrote of two nodes can be compared as it is."""
    return not then.engine or not now.engine or then.engine == now.engine


def told_by_both(then: NodeCode, now: NodeCode) -> tuple[NodeCode, NodeCode]:
    """Two nodes with what can be compared of their names and configuration.

    Beside another engine that is what both write down: dbt v2 leaves out settings that it does not know for
    the adapter, and the database where the profile has none. Of files only some settings are known.
    """
    old, new = (build_config(node.config, node.unique_id) for node in (then, now))
    keys = old.keys() | new.keys()
    for node in (then, now):
        if not node.whole:
            keys &= node.config.keys()
    if not same_engine(then, now):
        keys &= (old.keys() & new.keys()) | {"materialized"}
    relations = _told_names(then, now) if not same_engine(then, now) else (then.relation, now.relation)
    return (
        replace(then, config={key: old[key] for key in keys & old.keys()}, relation=relations[0]),
        replace(now, config={key: new[key] for key in keys & new.keys()}, relation=relations[1]),
    )


def _told_names(then: NodeCode, now: NodeCode) -> Pair:
    if then.relation is None or now.relation is None:
        return None, None
    old, new = split_relation(then.relation), split_relation(now.relation)
    parts = min(len(old), len(new))
    return ".".join(old[-parts:]), ".".join(new[-parts:])


def split_relation(relation: str) -> list[str]:
    """The parts of a relation's name without their quotes, which versions of dbt set differently."""
    return [part.strip('"`[]') for part in re.findall(r'"[^"]*"|`[^`]*`|\[[^\]]*\]|[^.]+', relation)]


def _is_as_written(then: NodeCode, now: NodeCode) -> bool:
    """Whether all is the same, letter by letter, and there is something to compare."""
    return (
        then.raw == now.raw
        and then.compiled == now.compiled
        and then.relation == now.relation
        and then.macros == now.macros
        and then.config == now.config
        and then.language == now.language
        and bool(now.raw or now.compiled)
    )


def _written(node: NodeCode) -> Iterator[str]:
    for part in (node.language, node.raw, node.compiled, node.relation, *node.macros):
        yield "-" if part is None else f"+{part}"


def exact_form(node: NodeCode) -> str:
    """A hash of all of it as it is written, of the configuration as far as it shapes the build."""
    return digest(config_text(build_config(node.config, node.unique_id)), *_written(node))


def _whole(node: NodeCode, adapter: str, code: str | None, template: str | None) -> Fingerprint:
    config = digest(config_text(build_config(node.config, node.unique_id))) if node.whole else None
    return replace(
        _known(node, code, template, config, adapter), scheme=_scheme(node, adapter), exact=exact_form(node)
    )


def _known(
    node: NodeCode, code: str | None, template: str | None, config: str | None, adapter: str
) -> Fingerprint:
    return Fingerprint(
        code=code,
        relation=None if node.relation is None else ".".join(split_relation(node.relation)),
        template=template,
        scheme=f"compared/{adapter.lower()}",
        config=config,
        by_template=runs_differ(node),
    )


def _pair(then: str | None, now: str | None, forms: Callable[[str, str], tuple[str, str]]) -> Pair:
    """Hashes of two texts: the same for the same text, else of their forms."""
    if then is None or now is None:
        return None, None
    if then == now:
        same = digest("exact", then)
        return same, same
    return forms(then, now)


def _compiled(then: NodeCode, now: NodeCode, adapter: str) -> Pair:
    def forms(old: str, new: str) -> tuple[str, str]:
        if None not in (then.raw, now.raw) and (runs_differ(then) or runs_differ(now)):
            return digest("exact", old), digest("exact", new)  # the templates decide
        if "python" in (then.language, now.language):
            return _compiled_form(then, adapter), _compiled_form(now, adapter)
        return sql_forms(old, new, adapter)

    return _pair(then.compiled, now.compiled, forms)


def _compiled_form(node: NodeCode, adapter: str) -> str:
    compiled = node.compiled or ""
    if node.language == "python":
        return digest("python", python_form(compiled, config_counts=False))
    return sql_form(compiled, adapter).digest


def _templates(then: NodeCode, now: NodeCode, adapter: str) -> Pair:
    counts = not (then.whole and now.whole)
    macros = _macro_pair(then, now, adapter)

    def forms(_old: str, _new: str) -> tuple[str, str]:
        old = template_text(then, adapter, config_counts=counts) or ""
        new = template_text(now, adapter, config_counts=counts) or ""
        return digest(then.language, old), digest(now.language, new)

    old, new = _pair(then.raw, now.raw, forms)
    return (None, None) if old is None or new is None else (digest(old, macros[0]), digest(new, macros[1]))


def _own_templates_agree(then: NodeCode, now: NodeCode, adapter: str) -> bool:
    counts = not (then.whole and now.whole)
    return template_text(then, adapter, config_counts=counts) == template_text(
        now, adapter, config_counts=counts
    )


def _template(node: NodeCode, adapter: str, macros: str) -> str | None:
    text = template_text(node, adapter, config_counts=not node.whole)
    return None if text is None else digest(node.language, text, macros)


def _macros(macros: Iterable[str], adapter: str) -> str:
    return _digest_of({macro_text(one, adapter) for one in macros})


def _macro_pair(then: NodeCode, now: NodeCode, adapter: str) -> tuple[str, str]:
    """Hashes of the macros that count."""
    if then.macros == now.macros:
        return "", ""
    old, new = macro_texts(then, now, adapter)
    return _digest_of(old), _digest_of(new)


def macro_texts(then: NodeCode, now: NodeCode, adapter: str) -> tuple[frozenset[str], frozenset[str]]:
    """The macros of both sides that are not on the other, in the form that is compared.

    Files tell all that might be meant, but not what hooks call: beside a manifest only macros count that
    both sides name. Where one comes or goes, what calls it changes too.
    """
    old = frozenset(macro_text(one, adapter) for one in then.macros)
    new = frozenset(macro_text(one, adapter) for one in now.macros)
    gone, come = old - new, new - old
    if then.whole == now.whole:
        return gone, come
    both = {macro_name(text) for text in gone} & {macro_name(text) for text in come}
    return (
        frozenset(text for text in gone if macro_name(text) in both),
        frozenset(text for text in come if macro_name(text) in both),
    )


_MACRO_NAME: Final = re.compile(r"\{%\s*[-+]?\s*(?:macro|test|data_test|materialization)\s+(\w+)")


def macro_name(text: str) -> str:
    """The name of a macro, from its text in any form."""
    found = _MACRO_NAME.match(text)
    return found[1] if found else ""


def _digest_of(texts: Iterable[str]) -> str:
    return digest(*sorted(texts))


def _configs(then: NodeCode, now: NodeCode) -> tuple[str, str]:
    """Hashes of the configurations, of what both sides tell."""
    if then.config == now.config:
        return "", ""
    return digest(config_text(then.config)), digest(config_text(now.config))
