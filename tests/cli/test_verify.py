"""`yimen keys` and `yimen verify` as programs: what they say, and the status they end with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import certificate_kit as kit
from yimen.gateways.authority import trust


def yimen(state: Path, *words: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "YIMEN_STATE": str(state)}
    surroundings.pop("YIMEN_KEYS", None)
    return subprocess.run(
        [sys.executable, "-m", "yimen", *words], capture_output=True, text=True, check=False, env=surroundings
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the kit's city and, beside it, that city's trust; it was sealed in the past of any clock."""
    folder = tmp_path_factory.mktemp("city")
    store = kit.make_keys(folder / "keys")
    (folder / "trust.json").write_text(trust(store), encoding="utf-8")
    forge = kit.Forge(store)
    forge.decide(kit.decision_of(valid_until="2099-12-31"))
    (folder / "certificate.pdf").write_bytes(forge.build())
    return folder / "certificate.pdf"


def test_a_genuine_certificate_ends_well_and_says_what_it_grants(certificate: Path, tmp_path: Path) -> None:
    ran = yimen(tmp_path, "verify", str(certificate), "--trust", str(certificate.with_name("trust.json")), "--json")

    assert ran.returncode == 0, ran.stderr + ran.stdout
    assert json.loads(ran.stdout)["number"] == "JY29901040000017"


def test_a_forged_one_names_the_check_in_both_languages(certificate: Path, tmp_path: Path) -> None:
    forged = tmp_path / "forged.pdf"
    body = certificate.read_bytes()
    place = body.index(b"\n%") + 2
    forged.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])

    ran = yimen(tmp_path, "verify", str(forged), "--trust", str(certificate.with_name("trust.json")))

    assert ran.returncode == 1, ran.stderr
    assert " 2 ✓" in ran.stdout
    assert " 3 ✗" in ran.stdout
    assert "NOT GENUINE" in ran.stdout
    assert "不是真实有效的证照" in ran.stdout


@pytest.mark.parametrize("words", [["nothing.pdf"], []])
def test_a_command_used_wrongly_ends_with_two(words: list[str], tmp_path: Path) -> None:
    assert yimen(tmp_path, "verify", *words).returncode == 2


def test_without_a_trust_it_says_what_to_do(certificate: Path, tmp_path: Path) -> None:
    ran = yimen(tmp_path, "verify", str(certificate))

    assert ran.returncode == 2
    assert "--trust" in ran.stderr


def test_keys_are_made_once(tmp_path: Path) -> None:
    first, second = yimen(tmp_path, "keys", "make", "--json"), yimen(tmp_path, "keys", "make", "--json")

    assert first.returncode == 0, first.stderr
    assert {"root", "record"} < set(json.loads(first.stdout)["made"])
    assert json.loads(second.stdout)["made"] == []
    assert "PRIVATE" not in (tmp_path / "trust.json").read_text(encoding="utf-8")
