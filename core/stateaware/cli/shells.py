"""The completion scripts of four shells, made from what the commands declare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stateaware.cli.completion import CommandWords, Option


def bash(commands: Sequence[CommandWords]) -> str:
    """A script for bash; where nothing fits, files are completed."""
    lines = [
        "_stateaware() {",
        '    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" words=""',
        "    COMPREPLY=()",
        '    if [ "$COMP_CWORD" -eq 1 ]; then',
        f"        words='{_names(commands)} --help --version'",
        "    else",
        '        case "${COMP_WORDS[1]}:$prev:$cur" in',
    ]
    for command in commands:
        for option in command.options:
            if option.takes_value:
                pattern = "|".join(f"{command.name}:{name}:*" for name in option.names)
                lines.append(f"            {pattern}) words='{' '.join(option.words)}' ;;")
        flags = " ".join(name for option in command.options for name in option.names)
        lines.append(f"            {command.name}:*:-*) words='{flags} --help' ;;")
        lines.append(f"            {command.name}:*) words='{' '.join(command.words)}' ;;")
    lines += [
        "        esac",
        "    fi",
        '    if [ -n "$words" ]; then',
        '        COMPREPLY=($(compgen -W "$words" -- "$cur"))',
        "    fi",
        "}",
        "complete -o default -F _stateaware stateaware",
    ]
    return "\n".join(lines) + "\n"


def zsh(commands: Sequence[CommandWords]) -> str:
    """A script for zsh, to be saved as ``_stateaware``."""
    lines = [
        "#compdef stateaware",
        "",
        "_stateaware() {",
        "    local -a commands",
        "    commands=(",
        *(f"        {_quoted(f'{command.name}:{command.summary}')}" for command in commands),
        "    )",
        "    if (( CURRENT == 2 )); then",
        "        _describe command commands",
        "        return",
        "    fi",
        "    local command=$words[2]",
        "    shift words",
        "    (( CURRENT -= 1 ))",
        "    case $command in",
    ]
    for command in commands:
        lines.append(f"        {command.name})")
        lines.append("            _arguments -s \\")
        for option in command.options:
            lines += [f"                {spec} \\" for spec in _zsh_specs(option)]
        rest = f"({' '.join(command.words)})" if command.words else "_files"
        lines += [f"                {_quoted(f'*:argument:{rest}')}", "            ;;"]
    lines += ["    esac", "}", "", '_stateaware "$@"']
    return "\n".join(lines) + "\n"


def _zsh_specs(option: Option) -> Iterator[str]:
    told = option.help.replace("[", "(").replace("]", ")").replace(":", "\\:")
    value = ""
    if option.takes_value:
        what = f"({' '.join(option.words)})" if option.words else "_files" if option.files else " "
        value = f":value:{what}"
    for name in option.names:
        yield _quoted(f"*{name}[{told}]{value}")


def fish(commands: Sequence[CommandWords]) -> str:
    """A script for fish."""
    names = _names(commands)
    lines = [
        f"complete -c stateaware -f -n 'not __fish_seen_subcommand_from {names}' "
        f"-a {command.name} -d {_quoted(command.summary)}"
        for command in commands
    ]
    for command in commands:
        seen = f"complete -c stateaware -n '__fish_seen_subcommand_from {command.name}'"
        if command.words:
            lines.append(f"{seen} -f -a {_quoted(' '.join(command.words))}")
        for option in command.options:
            spelt = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
            value = ""
            if option.takes_value:
                value = f" -x -a {_quoted(' '.join(option.words))}" if option.words else " -r"
            lines.append(f"{seen} {spelt}{value} -d {_quoted(option.help)}")
    return "\n".join(lines) + "\n"


def powershell(commands: Sequence[CommandWords]) -> str:
    """A script for PowerShell."""
    lines = [
        "Register-ArgumentCompleter -Native -CommandName stateaware -ScriptBlock {",
        "    param($wordToComplete, $commandAst, $cursorPosition)",
        "    $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })",
        "    $previous = if ($wordToComplete) { $words[-2] } else { $words[-1] }",
        "    $values = @{",
    ]
    for command in commands:
        lines += [
            f"        '{command.name} {name}' = @({_listed(option.words)})"
            for option in command.options
            if option.words
            for name in option.names
        ]
    lines += ["    }", "    $commands = @{"]
    for command in commands:
        flags = [name for option in command.options for name in option.names]
        lines.append(f"        '{command.name}' = @({_listed([*command.words, *flags, '--help'])})")
    lines += [
        "    }",
        "    $typed = if ($wordToComplete) { $words.Count - 1 } else { $words.Count }",
        '    $key = "$($words[1]) $previous"',
        "    if ($typed -le 1) { $found = $commands.Keys | Sort-Object }",
        "    elseif ($values.ContainsKey($key)) { $found = $values[$key] }",
        "    else { $found = $commands[$words[1]] }",
        '    $found | Where-Object { $_ -like "$wordToComplete*" } |',
        "        ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _names(commands: Sequence[CommandWords]) -> str:
    return " ".join(command.name for command in commands)


def _quoted(text: str) -> str:
    r"""A text in single quotes, for the shells that take ``'\\''`` for a quote inside."""
    return "'" + text.replace("'", "'\\''") + "'"


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
