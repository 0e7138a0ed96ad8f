"""The one way to say no: a kind that a door maps once, a stable code, and words that say what to do."""

from collections.abc import Mapping
from typing import Any, Literal

from django.utils.translation import gettext_lazy

type_of_refusal = Literal["malformed", "forbidden", "missing", "conflict", "not_now", "unavailable"]

KINDS: Mapping[str, type_of_refusal] = {
    "YM001": "malformed",
    "YM002": "forbidden",
    "YM003": "missing",
    "YM004": "conflict",
    "YM005": "not_now",
    "YM006": "unavailable",
}

WORDS: Mapping[str, Any] = {
    "calendar.gap": gettext_lazy(
        "Days are missing between those of this calendar and those on record. Enter whole years."
    ),
    "calendar.too_short": gettext_lazy(
        "The calendar does not reach this due date yet. Please tell the centre; nothing is lost."
    ),
    "case.missing": gettext_lazy(
        "There is no such case, or it is not yours to see. Check the number or sign in as another person."
    ),
    "case.lapsed": gettext_lazy(
        "The time for the correction has run out, so the application counts as taken back. You can apply again."
    ),
    "case.moved_meanwhile": gettext_lazy(
        "Someone moved this case while you had the page open. Open it again to see where it is now."
    ),
    "case.not_drawn": gettext_lazy("Chance gave this step to someone else. Only the person drawn can do it."),
    "case.stepped_aside": gettext_lazy("You stepped aside from this case, so you do nothing more in it."),
    "case.not_yours": gettext_lazy("This case was filed by someone else. Only the applicant can do this."),
    "case.wrong_state": gettext_lazy(
        "The case is at another step now, so this cannot be done. Open it again to see where it is."
    ),
    "certificate.other_decision": gettext_lazy(
        "This is not the decision or the seal that is due. Open the case again."
    ),
    "city.founded_already": gettext_lazy("This city has people already. It can be founded only once."),
    "cursor.moved_meanwhile": gettext_lazy("Another reader is at this place of the record. It goes on by itself."),
    "trust.missing": gettext_lazy(
        "The city's public keys are not published yet, so nothing can be verified. Please try again later."
    ),
    "database.away": gettext_lazy("The database does not answer just now. Nothing is lost: send it again in a minute."),
    "document.erased": gettext_lazy("This document was erased. Its fingerprint stays on the record."),
    "document.missing": gettext_lazy("There is no such document, or it is not yours to open."),
    "document.store_away": gettext_lazy(
        "The document store does not answer just now. Nothing is lost: try again in a minute."
    ),
    "document.altered": gettext_lazy(
        "The stored document is not what was handed in. It is not shown; please tell the centre."
    ),
    "document.too_large": gettext_lazy(
        "The file is larger than %(most)s MB. Make it smaller, or split it into several files."
    ),
    "document.too_many": gettext_lazy(
        "There are 40 files in this application already. Remove one, or put several pages into one file."
    ),
    "document.empty": gettext_lazy("The file is empty. Choose it again."),
    "document.type": gettext_lazy(
        "This is not a PDF, JPEG or PNG file, whatever its name says. Save it as PDF and try again."
    ),
    "document.hostile": gettext_lazy(
        "The file is damaged or contains active content. Save it again as a plain PDF or picture."
    ),
    "document.locked": gettext_lazy(
        "The file is protected with a password, so nobody here could read it. Open it, print it to a new PDF without a password, and choose that one."
    ),
    "document.too_many_pages": gettext_lazy(
        "The file has more than %(most)s pages. Divide it into files of up to %(most)s pages and add them one after the other: several files may be given for one paper."
    ),
    "document.too_many_pixels": gettext_lazy(
        "The picture is larger than %(most)s million points. Scan it again with 300 dots an inch, or photograph it smaller."
    ),
    "pages.none": gettext_lazy("Choose at least one page."),
    "pages.unknown": gettext_lazy("A page is not there any more. Open this page again."),
    "draft.filed_already": gettext_lazy("This application was filed already. You find it under my cases."),
    "draft.missing": gettext_lazy(
        "There is no such draft of yours. It may have been filed already: look under my cases."
    ),
    "draw.already_committed": gettext_lazy("A seed is already committed for this day and cannot be changed."),
    "draw.malformed": gettext_lazy("A half of a seed is 32 bytes for today or a later day."),
    "draw.nobody_on_duty": gettext_lazy(
        "Nobody is on duty today who could take this step. Try again on the next working day; the clock is on record."
    ),
    "draw.not_committed": gettext_lazy(
        "Today's draw has not been committed by both sides yet, so nobody can be drawn. Try again later today."
    ),
    "draw.not_opened": gettext_lazy("The centre has not committed its half for this day yet."),
    "agency.in_use": gettext_lazy(
        "This agency still has items, open cases or people: %(agency)s. End these first: items that go to another agency are new there."
    ),
    "agency.ended": gettext_lazy("This agency has ended. Its items are given to another one, or end."),
    "reading.missing": gettext_lazy(
        "What was read of this file is kept no longer: another was handed in since, or a day is over. Hand it in again."
    ),
    "reading.too_long": gettext_lazy(
        "A text is longer than a cell of a workbook can be. Take the items as CSV or JSON."
    ),
    "item.of_a_revision": gettext_lazy(
        "A revision that two people reviewed has changed this item since. Change it by another revision; in the folder it stays as it was loaded."
    ),
    "revision.malformed": gettext_lazy("This draft cannot be read."),
    "revision.of_another_agency": gettext_lazy("These items are another agency's; its own editors change them."),
    "revision.of_another_place": gettext_lazy("These items are offered at a place that is not yours to review."),
    "revision.moved_meanwhile": gettext_lazy(
        "Another version of one of these items was published meanwhile. Look what changed, and draft again from it."
    ),
    "revision.another_to_come": gettext_lazy(
        "A later version of one of these items is published already for a time to come. Publish after that time."
    ),
    "revision.has_item": gettext_lazy(
        "That revision has this item already, for something else. Take it out there first, or choose another revision."
    ),
    "revision.time": gettext_lazy("Publishing is now or later, within two years."),
    "revision.breaks_rules": gettext_lazy("An item breaks a rule of publishing. See what would satisfy it."),
    "revision.incomplete": gettext_lazy("An element that every item must say is missing."),
    "revision.differs": gettext_lazy("What cases would read is not what the rows say. Save the draft again."),
    "entry.missing": gettext_lazy("There is no such entry in the registry."),
    "entry.malformed": gettext_lazy("This entry cannot be read."),
    "entry.other_content": gettext_lazy(
        "This is not the entry that was proposed. Read it again before you confirm it."
    ),
    "face.elsewhere": gettext_lazy("This part of the chain is served by another machine."),
    "finding.unknown": gettext_lazy("Say whether the application meets the conditions."),
    "form.malformed": gettext_lazy("Please correct the fields that are marked."),
    "form.of_another_visit": gettext_lazy(
        "This page is from an earlier visit, so it could not be taken. Nothing was recorded. Open the page again."
    ),
    "hat.second": gettext_lazy("You already had another part in this case. One person wears one hat."),
    "item.ended": gettext_lazy(
        "This item is no longer offered, so it cannot be applied for. Your draft is kept; any window can say what replaces it."
    ),
    "item.suspended": gettext_lazy(
        "This item is suspended at present, so nothing can be applied for. Any draft of yours is kept; ask when it is taken again."
    ),
    "item.version_ended": gettext_lazy(
        "The rules for this item changed while you were filling it in. Your answers were kept: carry them over to the new version, check them and send again."
    ),
    "item.unknown": gettext_lazy("There is no such item. Find it in the catalogue."),
    "place.in_use": gettext_lazy(
        "A place ends when nothing is left of it: its people have left, its cases are over, and neither an item nor a sub-hall is its."
    ),
    "place.not_yours": gettext_lazy(
        "Your post does not answer for this place. Whoever keeps it, or the hall above it, does this."
    ),
    "place.malformed": gettext_lazy("This change cannot be read, or contradicts itself."),
    "place.day": gettext_lazy("A closure is today or later, within two years."),
    "place.moved_meanwhile": gettext_lazy(
        "What this change takes back is not there any more. Look at the place as it is now, and propose again."
    ),
    "place.of_another": gettext_lazy("Somebody else proposed this. You can confirm or decline it, not withdraw it."),
    "place.unknown": gettext_lazy("There is no such place. Find it in the list of places."),
    "item.version_changed": gettext_lazy(
        "Version %(version)s of item %(item)s is published and cannot change. Give the changed item a new version number."
    ),
    "key.reused": gettext_lazy(
        "The same idempotency key was sent with other content. Use a new key for a new request."
    ),
    "key.missing": gettext_lazy(
        "Send an Idempotency-Key header with a UUID, so that sending again never doubles anything."
    ),
    "login.unknown": gettext_lazy("This database login has no part in this installation."),
    "material.missing": gettext_lazy("Required papers are missing. Add them and send again."),
    "limit.malformed": gettext_lazy(
        "A limit is 1 to 2000 working days, 1 to 4000 days, 1 to 120 months, or on the spot."
    ),
    "material.unknown": gettext_lazy("This paper is not asked for. Choose one from the list."),
    "move.malformed": gettext_lazy("This request cannot be read. Open the page again."),
    "move.of_another_link": gettext_lazy("This step belongs to another link of the chain."),
    "move.of_another_role": gettext_lazy("This step belongs to another hat than the one you wear now."),
    "move.unknown": gettext_lazy("There is no such step."),
    "notice.which": gettext_lazy("Say which messages are read: those of a case, or all up to one."),
    "organisation.missing": gettext_lazy("Choose the organisation you act for."),
    "organisation.no_authority": gettext_lazy("You are not on record as acting for this organisation."),
    "person.missing": gettext_lazy("There is no such person in this city."),
    "post.ended": gettext_lazy("This post has ended. Sign in again and choose another."),
    "request.malformed": gettext_lazy("This request cannot be read. See the description of the interface."),
    "session.ended": gettext_lazy("You are signed out. Sign in again; what you typed was kept."),
    "session.malformed": gettext_lazy("This session cannot be opened."),
    "session.of_another_link": gettext_lazy("You are signed in for another kind of work. Sign in with the right hat."),
    "sign_in.wrong": gettext_lazy("The name or the password is wrong."),
    "transaction.mixed": gettext_lazy("A step stands alone in its transaction. Send it again by itself."),
    "case.deemed_accepted": gettext_lazy(
        "The five working days passed without an answer, so the law has accepted this application. It goes to examination by itself."
    ),
    "case.unverified": gettext_lazy(
        "Something could not be checked when this was filed, and must be checked before a decision. A clerk can see the document, or the check is repeated by itself."
    ),
    "case.verified_already": gettext_lazy("This was checked already."),
    "clock.not_paused": gettext_lazy("This clock is not standing still."),
    "clock.not_running": gettext_lazy("The case has no such clock, or it has stopped."),
    "clock.paused_already": gettext_lazy("This clock is standing still already."),
    "clock.resumed_before_pause": gettext_lazy("A clock cannot run on before the day on which it was paused."),
    "clock.still_running": gettext_lazy("The time for this has not run out yet."),
    "confirmation.awaited": gettext_lazy(
        "The person has not confirmed this yet, or something was changed since. Ask for the confirmation again."
    ),
    "confirmation.changed": gettext_lazy(
        "Something was changed since you opened this page. Look at it again before you confirm."
    ),
    "confirmation.other_page": gettext_lazy(
        "This mark is not that of what stands here now: the page was printed before something was changed, or the mark is mistyped. Print the page anew and let the person sign that."
    ),
    "confirmation.malformed": gettext_lazy("This confirmation cannot be read. Ask the clerk for a new code."),
    "confirmation.missing": gettext_lazy(
        "There is nothing to confirm under this code. It may be mistyped or too old: ask the clerk for a new one."
    ),
    "correction.empty": gettext_lazy("Say what is missing or wrong. Everything must be said at once."),
    "correction.second": gettext_lazy(
        "This application was sent back for correction once. The law allows no second notice: accept it, or refuse it with reasons."
    ),
    "decision.against_finding": gettext_lazy(
        "The examiner did not find that all conditions are met. Deny with reasons, or send the case back to the examiner."
    ),
    "delivery.another_way": gettext_lazy("The applicant chose another way to receive the result."),
    "delivery.came_back": gettext_lazy("This was sent, and it came back or was lost. It is collected at the window."),
    "delivery.malformed": gettext_lazy(
        "Check how and to whom this is handed over: carrier and number, or whose identity was checked and how."
    ),
    "delivery.not_sent": gettext_lazy("This was never sent. Post it, or hand it over; then it can come back."),
    "delivery.number_used": gettext_lazy("This number of a parcel is on record already."),
    "delivery.unknown": gettext_lazy(
        "The result of this item cannot be received in this way. Choose one from the list."
    ),
    "denial.no_reason": gettext_lazy("Choose at least one condition that is not met, and say why."),
    "document.not_offered": gettext_lazy("This earlier paper cannot be used here, or is no longer valid."),
    "fee.none": gettext_lazy("Nothing is to be paid in this case."),
    "fee.not_due": gettext_lazy("Nothing is to be paid in this case any more. If you paid already, you get it back."),
    "fee.paid_already": gettext_lazy("This fee is paid. Nothing more is to be paid."),
    "fee.reference_used": gettext_lazy("This payment is on record for another case already."),
    "identity.differs": gettext_lazy(
        "The register of people says that number and name do not belong together. The person comes to a window with her identity card and is checked anew; no clerk can lift this alone."
    ),
    "identity.not_connected": gettext_lazy("No register of people is connected here. Look at the identity card."),
    "identity.not_this_person": gettext_lazy(
        "The register of people says that this number does not belong to this name. No number was given. Compare both with the card and try again."
    ),
    "identity.wait": gettext_lazy(
        "The register of people denied too many numbers and names that you typed. Look at the identity card, or wait, at most an hour."
    ),
    "message.not_genuine": gettext_lazy("This message does not bear the signature of the other side, or is too old."),
    "payment.away": gettext_lazy(
        "The payment provider does not answer just now. Nothing was paid and nothing is lost: try again in a minute, or pay at the window."
    ),
    "payment.malformed": gettext_lazy("This payment cannot be read."),
    "payment.order_missing": gettext_lazy("There is no such order."),
    "payment.order_refused": gettext_lazy(
        "The payment provider did not take this order. It is being looked into; try again in a minute, and a new one is made."
    ),
    "fee.not_as_asked": gettext_lazy("This payment is not what was asked for, or the fee was paid already."),
    "fee.unpaid": gettext_lazy("The fee has not been paid yet. Nothing is made before it is."),
    "follow.missing": gettext_lazy(
        "There is no case to follow under this number and code. Compare both with your receipt; a clerk at any window can print a new code."
    ),
    "confirmation.wait": gettext_lazy(
        "Too many wrong codes that begin like this one were tried. Ask the clerk for a new one."
    ),
    "reading.untraced": gettext_lazy("A paper is opened only after the reading was written down. Open it again."),
    "follow.wait": gettext_lazy(
        "There were too many wrong tries for this number. Nothing is lost: wait, at most an hour, and try again."
    ),
    "ground.unknown": gettext_lazy("Say why you hand this back: an interest in the case, or absence."),
    "issued.not_due": gettext_lazy("No such paper is due for this event, or it is no longer."),
    "mandate.agent_unknown": gettext_lazy(
        "There is nobody on record with this number and name. Compare both with the identity card; the person can register at any window."
    ),
    "mandate.wait": gettext_lazy(
        "There were too many wrong tries to name a person. Wait, at most a day, and compare number and name with the identity card."
    ),
    "contact.too_often": gettext_lazy(
        "Telephone and e-mail of this case were changed ten times within a day. Change them again tomorrow, or tell the window."
    ),
    "mandate.malformed": gettext_lazy("Check the person, the items and the last day of the mandate."),
    "mandate.missing": gettext_lazy("There is no such mandate of yours."),
    "mandate.not_live": gettext_lazy(
        "There is no mandate for this, or it has ended. The person who gave it can give a new one."
    ),
    "organisation.ended": gettext_lazy("This organisation is no longer registered."),
    "organisation.not_asked": gettext_lazy("This item is for people, not for organisations."),
    "original.not_here": gettext_lazy("This original is not here: it was given back already, or never taken."),
    "original.out": gettext_lazy("Originals must be given back before the case is closed."),
    "visit.malformed": gettext_lazy("Check the person's name and number, and how the identity was checked."),
    "visit.not_what_happened": gettext_lazy(
        "The record of this visit says otherwise: nothing was filed in it, or nothing was handed to this person or taken from her today."
    ),
    "visit.missing": gettext_lazy("There is no visit of this person that chance gave to you."),
    "stream.missing": gettext_lazy("There is no such case. Check the number."),
}


class Refusal(Exception):
    """
    An operation could not be done, and why.

    `kind` is one of six words, `code` is stable, `params` fill the words and name what is meant (fields, states).
    """

    def __init__(self, kind: type_of_refusal, code: str, /, **params: Any) -> None:
        super().__init__(code)
        self.kind = kind
        self.code = code
        self.params = params

    @property
    def words(self) -> str:
        """The message in the reader's language."""
        text = str(WORDS[self.code]) if self.code in WORDS else self.code
        return text % self.params if "%(" in text else text
