"""What makes Jinja fail in dbt too. A value that merely cannot be known is no error but ``Unknown``."""

from __future__ import annotations

from typing import ClassVar


class JinjaError(Exception):
    """Any failure. ``line`` is 1-based in the rendered text, where known.

    ``fusion_code`` is the code of dbt v2's error, ``core_name`` the exception of dbt Core 1.11.
    """

    fusion_code: ClassVar[str] = "dbt1501"
    core_name: ClassVar[str] = "CompilationError"

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class JinjaSyntaxError(JinjaError):
    """The text is not Jinja."""

    fusion_code = "dbt1502"


class UnknownFilter(JinjaError):
    """A filter or test that does not exist."""


class UndefinedName(JinjaError):
    """A name, attribute or item that does not exist is used where dbt does not allow that."""


class UnknownFunction(UndefinedName):
    """A function or macro that does not exist is called."""


class MissingVar(JinjaError):
    """``var()`` of a variable that is not set, without a default."""


class MissingEnvVar(JinjaError):
    """``env_var()`` of a variable that is not set, without a default."""

    core_name = "ParsingError"


class SecretEnvVar(JinjaError):
    """``env_var()`` of a secret outside profiles.yml and packages.yml."""

    core_name = "ParsingError"


class RaisedError(JinjaError):
    """The project itself gives up: ``exceptions.raise_compiler_error()``."""


class InvalidConfigCall(JinjaError):
    """``config()`` with arguments that it does not take."""

    core_name = "InlineModelConfigError"


class EvaluationError(JinjaError):
    """An operation on values that do not support it: ``1 + none``, ``int('x')``."""


class UndefinedOperand(EvaluationError):
    """An operation on something undefined."""

    core_name = "UndefinedMacroError"
