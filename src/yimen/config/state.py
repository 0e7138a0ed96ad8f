"""The state folder of an installation, and what is kept in it from the first start on."""

import hashlib
import json
import os
import secrets
from pathlib import Path

from yimen.config import env


def project_dir() -> Path:
    """The folder Yimen was cloned into, or where it is started from when it is a package."""
    source = Path(__file__).resolve().parents[3]
    return source if (source / "pyproject.toml").is_file() else Path.cwd()


def default_state(project: Path) -> Path:
    """As root the database runs as another user, who cannot reach a folder below /root."""
    if os.geteuid() == 0:
        digest = hashlib.sha256(str(project).encode()).hexdigest()[:12]
        return Path("/var/lib/yimen") / digest
    return project / "var"


def secret_key(state: Path) -> str:
    """Read the key that signs cookies and forms, made once; two processes agree on one."""
    path = state / "secret_key"
    given = env.text("YIMEN_SECRET_KEY")
    if given:
        return given
    if not path.is_file():
        state.mkdir(parents=True, exist_ok=True, mode=0o711)
        draft = state / f"secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        _keep_the_first(draft, path)
    return path.read_text(encoding="ascii")


def _keep_the_first(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was first, and its key is the key
    finally:
        draft.unlink()


def installation(state: Path) -> dict[str, str]:
    """What `yimen database prepare` wrote down: the name of the installation and its server."""
    path = state / "installation.json"
    if not path.is_file():
        return {}
    written: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return written
