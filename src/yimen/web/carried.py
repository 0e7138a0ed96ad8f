"""Answers given before an application was begun, as an address carries them into its form."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import QueryDict

ANSWER: Final = "q-"  # before the name of a question of the form
FOR: Final = "for"


def deciding(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the questions of an item's form on whose answers a paper or a fee depends."""
    parts = [*body["materials"], *(body.get("fees") or [])]
    names = {one["when"]["field"] for one in parts if one.get("when")}
    return [one for one in body["form"] if one["name"] in names and one.get("choices")]


def answered(body: Mapping[str, Any], given: QueryDict) -> dict[str, str | list[str]]:
    """Return what an address answers of these questions; what is no choice of theirs is left out."""
    found: dict[str, str | list[str]] = {}
    for one in deciding(body):
        known = {choice["code"] for choice in one["choices"]}
        told = [code for code in dict.fromkeys(given.getlist(ANSWER + one["name"])) if code in known]
        if told:
            found[one["name"]] = told if one["type"] == "choices" else told[-1]
    return found
