"""Every text of the pages and of the refusals has its Chinese, and the compiled catalogue is the written one."""

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

import yimen

PACKAGE = Path(yimen.__file__).parent
PO = PACKAGE / "locale/zh_Hans/LC_MESSAGES/django.po"
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "N_": None,
}


def texts(path: Path) -> set[str]:
    """Return the texts that a page or module marks for translation; of a plural, its singular."""
    source = path.read_text(encoding="utf-8")
    if path.suffix in {".html", ".txt"}:
        source = templatize(source, origin=str(path))
    found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
    return {text if isinstance(text, str) else text[0] for _line, text, _comments, _context in found} - {""}


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def sources() -> list[Path]:
    pages = sorted((PACKAGE / "web/templates").rglob("*.html"))
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if "gettext" in path.read_text(encoding="utf-8")]
    return [*pages, *modules]


def test_every_text_has_its_chinese() -> None:
    known = {
        one.id if isinstance(one.id, str) else one.id[0]
        for one in catalogue()
        if one.id and one.string and not one.fuzzy
    }
    missing = {f"{path.relative_to(PACKAGE)}: {text}" for path in sources() for text in texts(path) - known}
    assert not missing, "run scripts/translate.py and write the Chinese of:\n" + "\n".join(sorted(missing))


def test_the_extraction_sees_pages_and_modules() -> None:
    assert "Draws of %(day)s" in texts(PACKAGE / "web/templates/public/draws.html")
    assert "Certificate maker" in texts(PACKAGE / "web/words.py")


def test_placeholders_are_the_same_in_both_languages() -> None:
    for one in catalogue():
        if one.id and one.python_format:
            assert not list(one.check(catalogue())), one.id


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for one in catalogue():
        if not one.id:
            continue
        if isinstance(one.id, str):
            assert compiled.gettext(one.id) == one.string
        else:
            singular, plural = one.id
            assert one.string
            assert compiled.ngettext(singular, plural, 2) == one.string[0]


def test_no_page_carries_inline_script_or_style() -> None:
    """The content security policy forbids them; a page that needed one would break silently. Data that nothing runs is no script."""
    for page in sorted((PACKAGE / "web/templates").rglob("*.html")):
        source = page.read_text(encoding="utf-8")
        found = [sign for sign in (" style=", "<style", " onclick=", " onsubmit=") if sign in source]
        assert not found, page
        opened = [piece.split(">", 1)[0] for piece in source.split("<script")[1:]]
        assert all("src=" in one or one == ' type="application/ld+json"' for one in opened), page
