"""
Compile govuk-frontend with our own font family and colours, and vendor the result.

For maintainers only: it needs npm and the network. Installing, running and testing Yimen need neither.
The crown, the GDS Transport font and every image of gov.uk stay out.

    python scripts/vendor_web.py
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

GOVUK = "6.6.0"
SASS = "1.108.2"
TARGET = Path(__file__).resolve().parent.parent / "src/yimen/web/static/vendor/govuk-frontend"

FONTS = (
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Yimen Sans SC", '
    "system-ui, -apple-system, Roboto, Arial, sans-serif"
)

COLOURS = {
    "brand": "#0f4c5c",
    "text": "#14232b",
    "template-background": "#ffffff",
    "secondary-text": "#47565e",
    "focus": "#ffd54a",
    "focus-text": "#14232b",
    "error": "#b3261e",
    "success": "#0b6b57",
    "border": "#c3ced2",
    "input-border": "#3a4a52",
    "hover": "#b9c6cb",
    "link": "#0b4f72",
    "link-visited": "#4b3a78",
    "link-hover": "#072f45",
    "link-active": "#14232b",
    "surface-background": "#eef4f4",
    "surface-text": "#14232b",
    "surface-border": "#a9c2c4",
}

COMPONENTS = (
    "back-link breadcrumbs button character-count checkboxes date-input details error-message error-summary fieldset "
    "file-upload hint input inset-text label notification-banner pagination panel phase-banner radios select skip-link "
    "summary-list table tag task-list textarea warning-text"
).split()


def stylesheet() -> str:
    """Return the Sass source of what we use: base, core, objects, our components, utilities."""
    colours = ", ".join(f'"{name}": {value}' for name, value in COLOURS.items())
    head = f"""@use "govuk/base" with (
  $govuk-font-family: ({FONTS}),
  $govuk-font-family-print: ({FONTS}),
  $govuk-include-default-font-face: false,
  $govuk-functional-colours: ({colours})
);
@use "govuk/core";
@use "govuk/objects";
"""
    uses = "".join(f'@use "govuk/components/{name}";\n' for name in COMPONENTS)
    return head + uses + '@use "govuk/utilities";\n@use "govuk/overrides";\n'


def main() -> None:
    """Fetch the two packages, compile, and write style sheet, licence and SHA-256 list."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "package.json").write_text("{}")
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"sass@{SASS}"], cwd=work, check=True
        )
        subprocess.run(["npm", "pack", f"govuk-frontend@{GOVUK}"], cwd=work, check=True)
        with tarfile.open(work / f"govuk-frontend-{GOVUK}.tgz") as archive:
            archive.extractall(work, filter="data")
        (work / "yimen.scss").write_text(stylesheet())
        subprocess.run(
            [
                "npx",
                "sass",
                "--style=compressed",
                "--no-source-map",
                "--quiet-deps",
                "--load-path=package/dist",
                "yimen.scss",
                "govuk.css",
            ],
            cwd=work,
            check=True,
        )
        css = (work / "govuk.css").read_text()
        manifest = json.loads((work / "package/package.json").read_text())
    if "GDS Transport" in css or "url(" in css:
        raise SystemExit("The compiled style sheet still names gov.uk's font or fetches a file; nothing was written.")
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "govuk.css").write_text(css)
    (TARGET / "LICENCE.txt").write_text(LICENCE)
    digest = hashlib.sha256(css.encode()).hexdigest()
    (TARGET / "SHA256SUMS").write_text(f"{digest}  govuk.css\n")
    print(f"govuk-frontend {manifest['version']} ({manifest['license']}): {len(css)} bytes, sha256 {digest}")


LICENCE = f"""govuk.css is compiled by scripts/vendor_web.py from govuk-frontend {GOVUK}
(https://github.com/alphagov/govuk-frontend), with our own font family and colours.

The MIT License (MIT)

Copyright (C) 2017 Crown Copyright (Government Digital Service)

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""

if __name__ == "__main__":
    main()
