"""
Fetch the fonts that Yimen carries, for maintainers only; nobody needs this to install or to run.

The certificate needs every character a name can have, so it gets the whole of Noto Serif SC. The
pages get Noto Sans SC cut down to GB 2312 and Latin, as WOFF2: a rarer character falls back to the
reader's own fonts there, which on a certificate would be a forgery and on a page is a courtesy.

    python scripts/vendor_fonts.py          fetch, cut and write everything
    python scripts/vendor_fonts.py --check  compare what is in the tree with its list of digests

Needs npm and fonttools[woff].
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

SOURCE = Path(__file__).resolve().parent.parent / "src" / "yimen"
PRINT_FOLDER = SOURCE / "fonts"
WEB_FOLDER = SOURCE / "web" / "static" / "fonts"
DIGESTS = "SHA256SUMS"

SERIF = "@expo-google-fonts/noto-serif-sc@0.4.3"
SANS = "@expo-google-fonts/noto-sans-sc@0.4.3"

PRINT_FILES = {
    "400Regular/NotoSerifSC_400Regular.ttf": "NotoSerifSC-Regular.ttf",
    "700Bold/NotoSerifSC_700Bold.ttf": "NotoSerifSC-Bold.ttf",
}
WEB_FILES = {
    "400Regular/NotoSansSC_400Regular.ttf": "noto-sans-sc.woff2",
    "700Bold/NotoSansSC_700Bold.ttf": "noto-sans-sc-bold.woff2",
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    arguments.add_argument("--check", action="store_true", help="compare with the list of digests only")
    if arguments.parse_args().check:
        return check()
    with tempfile.TemporaryDirectory() as folder:
        serif = fetch(package=SERIF, into=Path(folder) / "serif")
        sans = fetch(package=SANS, into=Path(folder) / "sans")
        PRINT_FOLDER.mkdir(parents=True, exist_ok=True)
        WEB_FOLDER.mkdir(parents=True, exist_ok=True)
        for source, name in PRINT_FILES.items():
            shutil.copyfile(serif / source, PRINT_FOLDER / name)
        for source, name in WEB_FILES.items():
            cut_for_web(source=sans / source, target=WEB_FOLDER / name)
        shutil.copyfile(serif / "LICENSE_FONT", PRINT_FOLDER / "OFL.txt")
        shutil.copyfile(sans / "LICENSE_FONT", WEB_FOLDER / "OFL.txt")
    for target in (PRINT_FOLDER, WEB_FOLDER):
        (target / DIGESTS).write_text(digests_of(target), encoding="ascii")
    return check()


def fetch(*, package: str, into: Path) -> Path:
    into.mkdir()
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is needed to fetch the fonts")
    packed = subprocess.run([npm, "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True)
    with tarfile.open(into / packed.stdout.split()[-1]) as archive:
        archive.extractall(into, filter="data")
    return into / "package"


def cut_for_web(*, source: Path, target: Path) -> None:
    options = Options()
    options.flavor = "woff2"
    options.layout_features = ["kern", "locl", "ccmp", "mark", "liga"]
    font = load_font(str(source), options)
    cutter = Subsetter(options)
    cutter.populate(unicodes=web_code_points())
    cutter.subset(font)
    # A fixed modification time (2026-01-01 in the font's own epoch) keeps the bytes the same on every run.
    font["head"].modified = 3_850_070_400
    font.recalcTimestamp = False
    save_font(font, str(target), options)


def web_code_points() -> set[int]:
    points = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x2028), *range(0x2030, 0x205F)}
    points |= {*range(0x2190, 0x219A), *range(0x2460, 0x2474), *range(0x3000, 0x3030), *range(0xFF01, 0xFF5F)}
    points |= {0x20AC, 0x2116, 0x2122, 0x2212, 0x2713, 0x2717, 0x25A0, 0x25CB, 0x25CF, 0x2605, 0x2606}
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            points.update(map(ord, bytes([high, low]).decode("gb2312", errors="ignore")))
    return points


def digests_of(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir() if path.name != DIGESTS and path.is_file())
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)


def check() -> int:
    for folder in (PRINT_FOLDER, WEB_FOLDER):
        if (folder / DIGESTS).read_text(encoding="ascii") != digests_of(folder):
            print(f"{folder}: the files are not the ones in {DIGESTS}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
