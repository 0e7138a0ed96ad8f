"""
Vendor htmx, with which a page asks for a part of itself.

For maintainers only: it needs npm and the network. Installing, running and testing Yimen need neither.

    python scripts/vendor_htmx.py
"""

import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path

HTMX = "2.0.10"
TARGET = Path(__file__).resolve().parent.parent / "src/yimen/web/static/vendor/htmx"


def main() -> None:
    """Fetch the package, and write its script, licence and SHA-256 list."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(["npm", "pack", f"htmx.org@{HTMX}"], cwd=work, check=True)
        with tarfile.open(work / f"htmx.org-{HTMX}.tgz") as archive:
            archive.extractall(work, filter="data")
        script = (work / "package/dist/htmx.min.js").read_bytes()
        licence = (work / "package/LICENSE").read_text()
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "htmx.min.js").write_bytes(script)
    (TARGET / "LICENCE.txt").write_text(f"htmx.min.js is htmx {HTMX} (https://htmx.org) as published.\n\n{licence}")
    digest = hashlib.sha256(script).hexdigest()
    (TARGET / "SHA256SUMS").write_text(f"{digest}  htmx.min.js\n")
    print(f"htmx {HTMX}: {len(script)} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
