"""Every command and every address answers for itself."""

import click

from yimen.cli.main import yimen_command


def commands(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it."""
    found = [(words, command)]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below, f"`yimen {name}` is listed and cannot be loaded"
            found += commands(below, (*words, name))
    return found


def test_every_command_says_what_it_does() -> None:
    found = commands(yimen_command)
    assert {("serve",), ("worker",), ("keeper",), ("database", "prepare")} <= {words for words, _ in found}
    assert [" ".join(words) for words, command in found if not (command.help or "").strip()] == []


def test_every_option_has_a_word_of_help() -> None:
    found = [
        f"{' '.join(words)} {option.name}"
        for words, command in commands(yimen_command)
        for option in command.params
        if isinstance(option, click.Option) and not option.help and not option.show_default
    ]
    assert found == []
