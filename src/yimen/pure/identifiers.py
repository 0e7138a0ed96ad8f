"""Numbers that carry their own check: people, organisations, items, cases, electronic licences.

Each `check_…` returns the number taken apart, or refuses with an `IdentifierError` that says which
rule failed and where. Nothing is corrected silently: a letter that looks like a digit, a full-width
digit or a small x is refused.
"""

from dataclasses import dataclass
from datetime import date

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Never assigned in GB/T 2260 and so in no real number: the only regions of made-up people and
# bodies.
FICTIONAL_REGIONS = frozenset({"220199", "230199"})


class IdentifierError(ValueError):
    """A number that breaks a rule of its standard.

    `code` is stable (`resident_id.check_digit`), `params` say where; the number itself is not
    repeated, because it may be a person's.
    """

    rule = ""

    def __init__(self, kind: str, message: str, **params: str | int) -> None:
        super().__init__(f"{kind.replace('_', ' ')}: {message}")
        self.kind = kind
        self.code = f"{kind}.{self.rule}"
        self.params = params


class WrongLength(IdentifierError):
    """Too short or too long; `params`: found, expected."""

    rule = "length"


class OldNumber(IdentifierError):
    """A resident's number of the old form with 15 digits, no longer valid since 2013."""

    rule = "old_number"


class WrongCharacter(IdentifierError):
    """A character that may not stand at this place; `params`: position (from 1), character."""

    rule = "character"


class WrongDate(IdentifierError):
    """The date inside the number does not exist or is out of bounds; `params`: date."""

    rule = "date"


class WrongCheckDigit(IdentifierError):
    """The check character does not fit the rest; `params`: position (from 1)."""

    rule = "check_digit"


class WrongOrganisationCheckDigit(WrongCheckDigit):
    """The organisation code inside a social credit code fails its own check."""

    rule = "organisation_check_digit"


class WrongPart(IdentifierError):
    """A part of a compound number is not of its list; `params`: position (from 1), part."""

    rule = "part"


# ---------------------------------------------------------------- people: GB 11643

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECKS = "10X98765432"
_EARLIEST_BIRTH = date(1800, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentId:
    text: str
    region: str
    birth: date
    male: bool

    @property
    def fictional(self) -> bool:
        return self.region in FICTIONAL_REGIONS


def resident_check(first17: str) -> str:
    """Return the check character of a resident's number from its first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _RESIDENT_WEIGHTS, strict=True))
    return _RESIDENT_CHECKS[total % 11]


def check_resident_id(text: str, *, today: date | None = None) -> ResidentId:
    """Take a resident's identity number apart.

    The region is not looked up: real numbers keep regions that were abolished long ago. With
    `today`, a birth after it is refused.

    Refuses: OldNumber, WrongLength, WrongCharacter, WrongDate, WrongCheckDigit.
    """
    kind = "resident_id"
    if len(text) == 15 and all(char in _DIGITS for char in text):
        raise OldNumber(kind, "15 digits are the old form; the present number has 18")
    _check_length(kind, text, 18)
    _check_characters(kind, text[:17], _DIGITS)
    _check_characters(kind, text[17:], _DIGITS + "X", offset=17)
    birth = _date_in(kind, text[6:14])
    if birth < _EARLIEST_BIRTH or (today is not None and birth > today):
        raise WrongDate(kind, f"nobody was born on {birth}", date=birth.isoformat())
    if resident_check(text[:17]) != text[17]:
        raise WrongCheckDigit(kind, "the last character does not fit the rest", position=18)
    return ResidentId(text=text, region=text[:6], birth=birth, male=int(text[16]) % 2 == 1)


# ---------------------------------------------------------------- organisations: GB 32100, GB 11714

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditCode:
    """A social credit code: who registers (1), what kind of body (2), where, and the organisation
    code.
    """

    text: str
    kind: str
    region: str
    organisation: str

    @property
    def fictional(self) -> bool:
        return self.region in FICTIONAL_REGIONS


def organisation_check(first8: str) -> str:
    """Return the check character of an organisation code (GB 11714) from its first eight
    characters.
    """
    values = (int(char, 36) for char in first8)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_check(first17: str) -> str:
    """Return the check character of a social credit code from its first 17 characters."""
    values = (_CREDIT_ALPHABET.index(char) for char in first17)
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=True))
    return _CREDIT_ALPHABET[(31 - total % 31) % 31]


def check_credit_code(text: str) -> CreditCode:
    """Take a unified social credit code apart.

    Refuses: WrongLength, WrongCharacter, WrongOrganisationCheckDigit, WrongCheckDigit.
    """
    kind = "credit_code"
    _check_length(kind, text, 18)
    _check_characters(kind, text, _CREDIT_ALPHABET)
    _check_characters(kind, text[2:8], _DIGITS, offset=2)
    if organisation_check(text[8:16]) != text[16]:
        message = "the organisation code inside it fails its check"
        raise WrongOrganisationCheckDigit(kind, message, position=17)
    if credit_check(text[:17]) != text[17]:
        raise WrongCheckDigit(kind, "the last character does not fit the rest", position=18)
    return CreditCode(text=text, kind=text[:2], region=text[2:8], organisation=text[8:17])


# ---------------------------------------------------------------- items and cases: GB/T 39554.1 in
# the 12/31/33 form

ITEM_TYPES = frozenset({"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20"})
EXERCISING_LEVELS = "123456"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemCode:
    """A basic code: issuer (00 or a province), type of item, guiding department, main item,
    sub-item or 000 or 00Y.
    """

    text: str
    issuer: str
    item_type: str
    department: str
    main: str
    sub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImplementationCode:
    """An implementation code: who does it, at which level, what; handling adds two digits."""

    text: str
    agency: CreditCode
    level: str
    item: ItemCode
    handling: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumber:
    """A case number: implementation code, day of filing, serial of that day (four digits, more when
    they run out).
    """

    text: str
    implementation: ImplementationCode
    day: date
    serial: int


def check_item_code(text: str) -> ItemCode:
    """Take a basic item code of 12 characters apart. Refuses: WrongLength, WrongCharacter,
    WrongPart.
    """
    kind = "item_code"
    _check_length(kind, text, 12)
    _check_characters(kind, text[:11], _DIGITS)
    _check_characters(kind, text[11:], _DIGITS + "Y", offset=11)
    if text[11] == "Y" and text[9:11] != "00":
        raise WrongPart(kind, "a main item with sub-items ends in 00Y", position=10, part=text[9:])
    if text[2:4] not in ITEM_TYPES and not "11" <= text[2:4] <= "29":
        raise WrongPart(kind, f"{text[2:4]} is no type of item", position=3, part=text[2:4])
    return ItemCode(
        text=text,
        issuer=text[:2],
        item_type=text[2:4],
        department=text[4:6],
        main=text[6:9],
        sub=text[9:],
    )


def check_implementation_code(text: str) -> ImplementationCode:
    """Take an implementation code (31) or a handling item code (33) apart.

    Refuses: WrongLength, WrongCharacter, WrongPart, WrongOrganisationCheckDigit, WrongCheckDigit;
    the kind of the error is that of the part at fault.
    """
    kind = "implementation_code"
    if len(text) != 33:
        _check_length(kind, text, 31)
    _check_characters(kind, text[31:], _DIGITS, offset=31)
    if text[18] not in EXERCISING_LEVELS:
        raise WrongPart(kind, f"{text[18]} is no level of exercise", position=19, part=text[18])
    return ImplementationCode(
        text=text,
        agency=check_credit_code(text[:18]),
        level=text[18],
        item=check_item_code(text[19:31]),
        handling=text[31:],
    )


def check_case_number(text: str) -> CaseNumber:
    """Take a case number (43 characters, up to 50 on a very busy day) apart.

    Refuses: what `check_implementation_code` refuses; WrongDate; WrongPart for serial 0 or needless
    leading zeros.
    """
    kind = "case_number"
    if not 43 <= len(text) <= 50:
        _check_length(kind, text, 43)
    implementation = check_implementation_code(text[:31])
    _check_characters(kind, text[31:], _DIGITS, offset=31)
    serial = text[39:]
    if int(serial) == 0 or (len(serial) > 4 and serial[0] == "0"):
        raise WrongPart(kind, "the serial is not one that is given out", position=40, part=serial)
    return CaseNumber(
        text=text,
        implementation=implementation,
        day=_date_in(kind, text[31:39]),
        serial=int(serial),
    )


def case_number(*, implementation: str, day: date, serial: int) -> str:
    """Return the number of a case. Refuses what `check_case_number` refuses."""
    return check_case_number(f"{implementation}{day:%Y%m%d}{serial:04d}").text


# ---------------------------------------------------------------- electronic licences: ISO 7064 MOD
# 37,36

LICENCE_ROOT = "1.2.156.3005.2"
_LICENCE_ALPHABET = _DIGITS + _LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceNumber:
    """An electronic licence's number: kind of licence, issuing body, serial, version."""

    text: str
    licence_type: str
    issuer: CreditCode
    serial: str
    version: int


def licence_check(body: str) -> str:
    """Return the MOD 37,36 check character over the four middle parts without their dots."""
    product = 36
    for char in body:
        product = (product + _LICENCE_ALPHABET.index(char)) % 36 or 36
        product = product * 2 % 37
    return _LICENCE_ALPHABET[(37 - product) % 36]


def licence_number(*, licence_type: str, issuer: str, serial: str, version: int) -> str:
    """Return the whole number with its check character. Refuses what `check_licence_number`
    refuses.
    """
    _check_characters("licence_number", licence_type + issuer + serial, _LICENCE_ALPHABET)
    check = licence_check(f"{licence_type}{issuer}{serial}{version:03d}")
    text = f"{LICENCE_ROOT}.{licence_type}.{issuer}.{serial}.{version:03d}.{check}"
    return check_licence_number(text).text


def check_licence_number(text: str) -> LicenceNumber:
    """Take an electronic licence's number apart.

    Refuses: WrongPart (root, number of parts, version), WrongLength, WrongCharacter,
    WrongCheckDigit, and what `check_credit_code` refuses for the issuing body.
    """
    kind = "licence_number"
    prefix = LICENCE_ROOT + "."
    if not text.startswith(prefix):
        raise WrongPart(kind, f"it does not begin with {LICENCE_ROOT}", position=1, part=text[: len(prefix)])
    parts = text[len(prefix) :].split(".")
    if len(parts) != 5:
        raise WrongPart(kind, "it has not five parts after its root", position=len(prefix) + 1, part="")
    licence_type, issuer, serial, version, check = parts
    _check_length(kind, licence_type, 21)
    _check_length(kind, version, 3)
    _check_length(kind, check, 1)
    if not 1 <= len(serial) <= 32:
        raise WrongLength(kind, "the serial has 1 to 32 characters", found=len(serial), expected=32)
    _check_characters(kind, "".join(parts), _LICENCE_ALPHABET)
    _check_characters(kind, version, _DIGITS)
    if int(version) == 0:
        raise WrongPart(kind, "versions are numbered from 001", position=len(text) - 4, part=version)
    body = check_credit_code(issuer)
    if licence_check("".join(parts[:4])) != check:
        raise WrongCheckDigit(kind, "the last character does not fit the rest", position=len(text))
    return LicenceNumber(text=text, licence_type=licence_type, issuer=body, serial=serial, version=int(version))


# ---------------------------------------------------------------- shared rules


def _check_length(kind: str, text: str, expected: int) -> None:
    if len(text) != expected:
        message = f"{len(text)} characters where {expected} belong"
        raise WrongLength(kind, message, found=len(text), expected=expected)


def _check_characters(kind: str, text: str, alphabet: str, *, offset: int = 0) -> None:
    for position, char in enumerate(text, start=offset + 1):
        if char not in alphabet:
            message = f"{char!r} may not stand at place {position}"
            raise WrongCharacter(kind, message, position=position, character=char)


def _date_in(kind: str, digits: str) -> date:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError as error:
        raise WrongDate(kind, f"{digits} is no date", date=digits) from error
