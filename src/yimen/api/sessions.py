"""Signing in and out."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from ninja import Router

from yimen.api import asked, shapes
from yimen.api.answer import answer
from yimen.api.token import bearer, session_of, token_of
from yimen.record import sessions
from yimen.record.refusal import Refusal

router = Router(tags=["sessions"])
WRONG_MOST = 10
WRONG_SECONDS = 300


@router.post("", response={201: shapes.SignedIn})
def sign_in(request: HttpRequest, given: asked.SignIn) -> HttpResponse:
    """
    Sign in with one post, or as applicant. Who holds several posts is answered 409 with the list in `params.posts`.

    Refuses: forbidden sign_in.wrong, sign_in.code_wanted, post.ended; not_now sign_in.too_often; conflict sign_in.choose_post.
    """
    username = _proved(given)
    person = sessions.posts(username=username)
    post = _post(person, given.post)
    opened = sessions.open_session(username=username, post=UUID(post["post"]) if post else None)
    said = {
        "token": token_of(opened.session),
        "ends_at": opened.ends_at,
        "role": post["role"] if post else "applicant",
        "place_zh": post["place_zh"] if post else None,
        "place_en": post["place_en"] if post else None,
    }
    return answer(said, status=201)


@router.get("/current", auth=bearer, response=shapes.Who)
def who(request: HttpRequest) -> HttpResponse:
    """Say who this session is: person, post, role, place."""
    return answer(sessions.who(session=session_of(request)))


@router.delete("/current", auth=bearer, response={204: None})
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session for good. Ending it twice changes nothing."""
    sessions.end_session(session=session_of(request))
    return HttpResponse(status=204)


def _proved(given: asked.SignIn) -> str:
    """Check password and second factor; the name of the account as it is on record."""
    counted = f"sign-in/{given.username.casefold()}"  # as the account is looked up: in whatever case it is written
    if cache.get(counted, 0) >= WRONG_MOST:
        raise Refusal("not_now", "sign_in.too_often")
    user = authenticate(None, username=given.username, password=given.password)
    if not isinstance(user, User) or not _second_factor(user, given.code):
        cache.add(counted, 0, WRONG_SECONDS)
        cache.incr(counted)
        raise Refusal("forbidden", "sign_in.wrong")
    return user.get_username()


def _second_factor(user: User, code: str | None) -> bool:
    factors = list(Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN))
    if not factors:
        return True
    if not code:
        raise Refusal("forbidden", "sign_in.code_wanted")
    return any(factor.wrap().validate_code(code) for factor in factors)


def _post(person: dict[str, Any], wanted: object) -> dict[str, Any] | None:
    """The post to sign in with: the one named, or the only one there is."""
    posts: list[dict[str, Any]] = person["posts"]
    if wanted == "applicant" or (wanted is None and not posts):
        return None
    found = [post for post in posts if wanted is None or post["post"] == str(wanted)]
    if not found:
        raise Refusal("forbidden", "post.ended")
    if len(found) > 1:
        raise Refusal("conflict", "sign_in.choose_post", posts=posts)
    return found[0]
