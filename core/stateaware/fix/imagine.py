"""A project as it would be if some of its files had other contents; nothing is written."""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import copy

from stateaware.config.frame import Frame
from stateaware.workspace import Project


def imagine(project: Project, texts: Mapping[str, str]) -> Project:
    """The project with other texts of files, by project-relative path; a path may be new.

    Of a part of a project (`Index.view`) it gives the same part, unless dbt_project.yml, a macro or a
    new file is among the texts: then it gives the whole.

    Raises:
        ProjectUnreadable: dbt_project.yml cannot be read from disk.
    """
    root = project.inputs.root
    contents = {os.path.normpath(root / file): text.encode() for file, text in texts.items()}
    read = project.inputs.read

    def imagined(path: str) -> bytes:
        found = contents.get(path)
        return read(path) if found is None else found

    base = copy(project.inputs)
    base.read = imagined
    new = contents.keys() - project.inputs.names.keys()
    shaping = bool(new or contents.keys() & project.inputs.shaping)
    frames: dict[str, Frame] = {} if shaping else {project.profile.name: project.frame}
    return Project(base.after(contents, relist=bool(new)), project.options, frames)
