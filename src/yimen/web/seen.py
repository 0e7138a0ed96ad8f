"""A clerk sees the document that no gateway could check; the decision is blocked no longer."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yimen.casework import original
from yimen.record.events import Recorded
from yimen.web.work import View, Way

OPEN: Final = frozenset({"received", "correcting", "examining", "deciding"})


def _form(view: View, data: Any) -> forms.Form:
    words = {"identity": _("The identity card, and it is this person's")}
    form = forms.Form(data, prefix="seen")
    form.fields["what"] = forms.ChoiceField(
        label=_("What have you seen?"),
        choices=[(one, words.get(one, one)) for one in view["unverified"]],
        widget=forms.RadioSelect,
        error_messages={"required": _("Check the identity first.")},
    )
    return form


def _see(*, given: dict[str, Any], **move: Any) -> Recorded:
    return original.see(what=given["what"], **move)


SEEN: Final = Way(
    done="seen",
    form=_form,
    act=_see,
    title=gettext_lazy("If you have now seen what could not be checked"),
    text=gettext_lazy("The decision is blocked until this is made good. Look at the document itself."),
    button=gettext_lazy("I have seen it"),
    when=lambda view: bool(view["unverified"]) and not view["differs"] and view["state"] in OPEN,
)
