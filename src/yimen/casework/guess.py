"""
Guesses: whoever types a code, or the number and name of somebody else, has it counted before it is looked at.

Table: casework_attempt. The count is committed by itself, so that not even a stolen login takes back what it tried. Whether there is
such a thing or not, it is counted alike.
"""

from typing import Literal

from yimen.record import statement

About = Literal["follow", "confirmation", "mandate", "register"]


def counted(*, about: About, at: str | None, guess: str, login: str = "public") -> bool:
    """
    Count a guess at a case number, at one-time codes that begin alike, or (with a session) at people on record or in their register.

    Whether it may be tried now: after some wrong ones each is followed by a pause, and the pauses grow. A right one counts for nothing.

    Refuses: forbidden session.ended. Records: nothing.
    """
    return bool(statement.value(login, "select casework_guess(%s, %s, %s)", [about, at, guess]))
