"""Writes a dbt project of any size for timing: deterministic, about 2 KB of SQL and 1.4 KB of YAML a model.

Five layers of folders with about forty models each, refs to the layer below, one properties file a
folder, sources by domain. About a tenth of the models have freshness set: in their folder, in
properties, in ``config()``, or a null. Without generic tests, which would take most of dbt's own time.
"""

from __future__ import annotations

import random
from pathlib import Path

LAYERS = (("base", 0.10), ("staging", 0.30), ("intermediate", 0.27), ("marts", 0.23), ("reporting", 0.10))
DOMAINS = ("finance", "sales", "marketing", "product", "support", "logistics")
COLUMNS = [
    "created_at",
    "updated_at",
    "status",
    "amount_usd",
    "quantity",
    "country_code",
    "currency",
    "channel",
    "owner_id",
    "parent_id",
    "is_active",
    "is_deleted",
    "score",
    "region",
    "segment",
    "name",
    "email_hash",
    "device_type",
    "source_system",
    "loaded_at",
]
WORDS = [
    "the",
    "record",
    "of",
    "each",
    "row",
    "one",
    "per",
    "natural",
    "key",
    "after",
    "removal",
    "of",
    "late",
    "arriving",
    "duplicates",
    "and",
    "test",
    "accounts",
    "used",
    "by",
    "finance",
    "and",
    "operations",
    "teams",
    "for",
    "reporting",
    "values",
    "are",
    "in",
    "utc",
    "and",
    "refreshed",
    "by",
    "the",
    "scheduled",
    "job",
    "joins",
    "are",
    "left",
    "joins",
    "so",
    "that",
    "unmatched",
    "rows",
    "remain",
    "with",
    "null",
    "attributes",
    "see",
    "the",
    "handbook",
    "for",
    "ownership",
    "and",
    "definitions",
]
FOLDER_SIZE = 40


def generate(root: Path, models: int, seed: int = 7) -> None:
    """Write the project into an empty or missing folder."""
    _Generator(root, models, random.Random(seed * 1_000_003 + models)).write()  # noqa: S311 - not for secrets


class _Generator:
    def __init__(self, root: Path, models: int, chance: random.Random) -> None:
        self.root = root
        self.models = models
        self.chance = chance
        self.name = f"synth_{models}"
        self.tables = {domain: [f"table_{n:04d}" for n in range(max(4, models // 150))] for domain in DOMAINS}
        self.tree: dict[str, list[str]] = {}

    def write(self) -> None:
        for domain, tables in self.tables.items():
            self.write_sources(domain, tables)
        below: list[str] = []
        left = self.models
        for number, (layer, share) in enumerate(LAYERS):
            count = left if number == len(LAYERS) - 1 else round(self.models * share)
            left -= count
            below = self.write_layer(layer, count, below)
        self.write_project()

    def sentence(self, words: int) -> str:
        return " ".join(self.chance.choice(WORDS) for _ in range(words)).capitalize() + "."

    def rules(self) -> tuple[int, str]:
        period = self.chance.choice(("minute", "hour", "day"))
        return self.chance.choice(
            {"minute": (5, 15, 30), "hour": (1, 4, 12), "day": (1, 2, 7)}[period]
        ), period

    def block(self, key: str, indent: int) -> str:
        count, period = self.rules()
        pad = " " * indent
        return f"{pad}{key}:\n{pad}  build_after:\n{pad}    count: {count}\n{pad}    period: {period}\n"

    def save(self, path: str, text: str) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def write_sources(self, domain: str, tables: list[str]) -> None:
        text = (
            f"version: 2\n\nsources:\n  - name: raw_{domain}\n    schema: raw_{domain}\n    config:\n"
            "      loaded_at_field: _loaded_at\n      freshness:\n        warn_after: {count: 12, period: hour}\n"
            "        error_after: {count: 2, period: day}\n    tables:\n"
        )
        for table in tables:
            text += f'      - name: {table}\n        description: "{self.sentence(9)}"\n'
            if self.chance.random() < 0.12:
                text += "        config:\n          freshness: null\n"
            elif self.chance.random() < 0.15:
                text += "        config:\n          freshness:\n            warn_after: {count: 6, period: hour}\n"
            text += "        columns:\n          - name: id\n          - name: _loaded_at\n"
        self.save(f"models/base/{domain}/_{domain}__sources.yml", text)

    def write_layer(self, layer: str, count: int, below: list[str]) -> list[str]:
        names: list[str] = []
        for number in range(-(-count // FOLDER_SIZE)):
            domain = DOMAINS[number % len(DOMAINS)]
            folder = f"{domain}_{number // len(DOMAINS):03d}"
            chance = self.chance.random()
            if chance < 0.05:
                lines = self.block("+freshness", 10) if chance < 0.03 else "          +freshness: null\n"
                self.tree.setdefault(f"{layer}/{domain}", []).append(f"        {folder}:\n{lines}")
            text = "version: 2\n\nmodels:\n"
            for at in range(number * FOLDER_SIZE, min(count, (number + 1) * FOLDER_SIZE)):
                name = f"{layer[:3]}_{domain}__model_{at:05d}"
                names.append(name)
                columns = self.chance.sample(COLUMNS, self.chance.randint(5, 8))
                text += self.properties(name, domain, columns)
                path = f"models/{layer}/{domain}/{folder}/{name}.sql"
                self.save(path, self.sql(layer, domain, below, columns))
            self.save(f"models/{layer}/{domain}/{folder}/_{folder}__models.yml", text)
        return names

    def properties(self, name: str, domain: str, columns: list[str]) -> str:
        text = f'  - name: {name}\n    description: "{self.sentence(24)} {self.sentence(18)}"\n'
        chance = self.chance.random()
        config = (
            self.block("freshness", 6)
            if chance < 0.04
            else "      freshness: null\n"
            if chance < 0.05
            else ""
        )
        if self.chance.random() < 0.5:
            config += f"      meta:\n        owner: {domain}-team\n"
        if config:
            text += "    config:\n" + config
        text += "    columns:\n      - name: id\n        description: Primary key.\n"
        for column in columns:
            text += f'      - name: {column}\n        description: "{self.sentence(self.chance.randint(11, 18))}"\n'
        return text + "\n"

    def sql(self, layer: str, domain: str, below: list[str], columns: list[str]) -> str:
        kind = "view" if layer == "base" else self.chance.choice(("table", "view", "incremental"))
        config = [f"materialized='{kind}'"]
        if self.chance.random() < 0.025:
            count, period = self.rules()
            config.append(f"freshness={{'build_after': {{'count': {count}, 'period': '{period}'}}}}")
        if below:
            picked = [self.chance.choice(below) for _ in range(self.chance.randint(1, 3))]
            parents = [f"{{{{ ref('{name}') }}}}" for name in dict.fromkeys(picked)]
        else:
            parents = [f"{{{{ source('raw_{domain}', '{self.chance.choice(self.tables[domain])}') }}}}"]
        listed = ["id", *columns]
        parts = [
            f"parent_{n} as (\n    select\n"
            + ",\n".join(f"        {c}" for c in listed)
            + f"\n    from {parent}\n)"
            for n, parent in enumerate(parents)
        ]
        cases = ",\n".join(f"        case when {c} is null then null else {c} end as {c}" for c in listed)
        parts.append(
            f'renamed as (\n    select\n{cases},\n        \'{{{{ var("run_label", "none") }}}}\' as run_label\n    from parent_0\n)'
        )
        options = ",\n        ".join(config)
        head = f"{{{{\n    config(\n        {options}\n    )\n}}}}\n\n-- {self.sentence(14)}\n\n"
        return (
            head
            + "with "
            + ",\n\n".join(parts)
            + "\n\nselect\n"
            + ",\n".join(f"    {c}" for c in listed)
            + "\nfrom renamed\n"
        )

    def write_project(self) -> None:
        text = (
            f"name: {self.name}\nversion: '1.0.0'\nprofile: synth\nmodel-paths: [models]\n"
            f"vars:\n  run_label: synth\nmodels:\n  {self.name}:\n    +materialized: view\n"
        )
        for layer, _ in LAYERS:
            text += f"    {layer}:\n      +tags: [{layer}]\n"
            for path in sorted(self.tree):
                if path.startswith(f"{layer}/"):
                    text += f"      {path.partition('/')[2]}:\n" + "".join(self.tree[path])
        self.save("dbt_project.yml", text)
        self.save(
            "profiles.yml",
            "synth:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: ':memory:', schema: main, threads: 2}\n",
        )
