"""The lawful life of a case, as strangers check it, is the one that the database enforces."""

import re
from importlib import resources

from yimen.pure.lawful import DRAWS, STEPS

MOVE = re.compile(r"^ +\('([a-z_.]+)', 'case', '([a-z]+)', (.*)\)[,;]$", re.MULTILINE)


def test_every_step_goes_through_the_login_and_hat_that_the_table_of_moves_names() -> None:
    table = (resources.files("yimen.migrations") / "sql" / "moves.sql").read_text(encoding="utf-8")
    moves = {kind: (login, rest) for kind, login, rest in MOVE.findall(table)}

    for step in STEPS:
        login, rest = moves[step.kind]
        assert login == step.login, step
        assert f"'{step.hat}'" in rest if step.hat else "true" in rest, step
    for draw in DRAWS:
        assert f"'{draw}'" in table, draw
