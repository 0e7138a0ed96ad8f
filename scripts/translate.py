"""
Gather what the pages say and compile its Chinese.

For maintainers, with GNU gettext installed. Run it after changing a page, fill what is empty in the .po file, run it again:
it ends with 1 and names every text that has no Chinese yet.

    python scripts/translate.py
"""

import os
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "yimen"
CATALOGUE = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
EMPTY = re.compile(r'msgid "(.+)"\nmsgstr ""\n(?!")')


def main() -> int:
    """Gather, compile, and say what is missing."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    admin = [sys.executable, "-m", "django"]
    gather = [
        "makemessages",
        "--locale=zh_Hans",
        "--no-location",
        "--no-wrap",
        "--no-obsolete",
        "--extension=html,py,txt",
    ]
    subprocess.run([*admin, *gather], cwd=PACKAGE, env=environment, check=True)
    text = re.sub(r'"POT-Creation-Date: .*\n', "", CATALOGUE.read_text(encoding="utf-8"))
    CATALOGUE.write_text(text, encoding="utf-8")
    subprocess.run(["msgfmt", "--check", f"--output-file={CATALOGUE.with_suffix('.mo')}", str(CATALOGUE)], check=True)
    missing = EMPTY.findall(text)
    for one in missing:
        print(f"no Chinese yet: {one}")
    if "#, fuzzy" in text:
        print("some texts changed and are marked fuzzy: look at them")
    return 1 if missing or "#, fuzzy" in text else 0


if __name__ == "__main__":
    sys.exit(main())
