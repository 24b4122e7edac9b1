"""The page where a person lets the program into her calendar, box by box."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from sandbox.google import oracle
from sandbox.google.model import SCOPE_ROOT, Account
from sandbox.google.oauth import Tokens

_PAGES = files("sandbox.google") / "pages"
_SIGN_IN = oracle.COLORLESS | {f"{SCOPE_ROOT}userinfo.email", f"{SCOPE_ROOT}userinfo.profile"}
_KNOWN = frozenset((
    "client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method",
    "access_type", "prompt", "include_granted_scopes", "login_hint", "hd", "enable_granular_consent",
))  # fmt: skip


class BadRequestError(Exception):
    """Google shows these on a page of its own: there is no address it would dare to send them to."""

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.error, self.detail = status, error, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One authorisation request found good."""

    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str | None
    offline: bool
    prompted: bool
    login_hint: str

    @property
    def granular(self) -> bool:
        """Boxes are shown for two or more scopes of which one at least is no sign-in scope."""
        return len(self.scopes) > 1 and not set(self.scopes) <= _SIGN_IN

    def back(self, **answer: str) -> web.Response:
        glue = "&" if urlsplit(self.redirect_uri).query else "?"
        url = f"{self.redirect_uri}{glue}{urlencode({'state': self.state, **answer})}"
        return web.Response(status=303, headers={"Location": url})


class ConsentPage:
    def __init__(self, *, tokens: Tokens, accounts: dict[str, Account]) -> None:
        self.redirect_uris: list[str] = []
        self.app_name = "Dietdesk"
        self._tokens = tokens
        self._accounts = accounts

    async def show(self, request: web.Request) -> web.Response:
        try:
            _check_browser(request)
            asked = self._read(request.query)
        except BadRequestError as bad:
            return _refusal(bad)
        return _page(
            "consent.html",
            status=200,
            title="Sign in with Google (sandbox)",
            app=html.escape(self.app_name),
            accounts=self._account_choice(asked),
            scopes=_scope_list(asked),
            query=html.escape(request.query_string),
        )

    async def decide(self, request: web.Request) -> web.Response:
        """POST of the page; the authorisation request stands in the query as it did before."""
        try:
            _check_browser(request)
            asked = self._read(request.query)
        except BadRequestError as bad:
            return _refusal(bad)
        form = await request.post()
        ticked = {str(scope) for scope in form.getall("scope", [])}
        scopes = frozenset(asked.scopes) & (ticked if asked.granular else set(asked.scopes))
        account = self._accounts.get(str(form.get("account", "")))
        if form.get("decision") != "allow" or not scopes:
            return asked.back(error="access_denied")
        if account is None:
            return _refusal(BadRequestError(400, "invalid_request", "Choose an account first."))
        code = self._tokens.code(
            account,
            scopes,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            offline=asked.offline,
            prompted=asked.prompted,
        )
        return asked.back(code=code, scope=" ".join(sorted(scopes)))

    def _read(self, query: Mapping[str, str]) -> Asked:
        """BadRequestError with Google's own code for it."""
        self._check_target(query)
        scopes = tuple(dict.fromkeys(query.get("scope", "").split()))
        if not scopes:
            raise BadRequestError(400, "invalid_request", "Missing required parameter: scope")
        if unknown := set(scopes) - oracle.SCOPES - _SIGN_IN:
            raise BadRequestError(400, "invalid_scope", f"Some requested scopes were invalid: {unknown}")
        _check_words(query)
        return Asked(
            redirect_uri=query["redirect_uri"],
            scopes=scopes,
            state=query["state"],
            challenge=query.get("code_challenge"),
            offline=query.get("access_type") == "offline",
            prompted="consent" in query.get("prompt", "").split(),
            login_hint=query.get("login_hint", ""),
        )

    def _check_target(self, query: Mapping[str, str]) -> None:
        if query.get("client_id") != self._tokens.client_id:
            raise BadRequestError(401, "invalid_client", "The OAuth client was not found.")
        if query.get("redirect_uri") not in self.redirect_uris:
            detail = f"The redirect URI is not registered: {query.get('redirect_uri')}"
            raise BadRequestError(400, "redirect_uri_mismatch", detail)
        if unknown := set(query) - _KNOWN:
            raise BadRequestError(400, "invalid_request", f"Unknown parameters: {', '.join(sorted(unknown))}")

    def _account_choice(self, asked: Asked) -> str:
        emails = list(self._accounts)
        chosen = asked.login_hint if asked.login_hint in emails else next(iter(emails), "")
        choices = [_account_box(email, checked=email == chosen) for email in emails]
        return "".join(choices) or "<p>There are no accounts in this sandbox.</p>"


def _check_browser(request: web.Request) -> None:
    """Google signs nobody in inside another program's browser."""
    if "telegram" in request.headers.get("User-Agent", "").lower():
        detail = "This browser or app may not be secure. Open the link in Chrome or Safari."
        raise BadRequestError(403, "disallowed_useragent", detail)


def _check_words(query: Mapping[str, str]) -> None:
    if query.get("response_type") != "code":
        raise BadRequestError(400, "unsupported_response_type", "response_type must be code")
    if not query.get("state"):
        raise BadRequestError(400, "invalid_request", "state is missing: nothing would bind the answer")
    if query.get("access_type", "online") not in ("online", "offline"):
        raise BadRequestError(400, "invalid_request", "Invalid parameter value for access_type")
    if not set(query.get("prompt", "").split()) <= {"none", "consent", "select_account"}:
        raise BadRequestError(400, "invalid_request", "Invalid parameter value for prompt")
    challenge, how = query.get("code_challenge"), query.get("code_challenge_method")
    if (challenge is None) != (how is None) or how not in (None, "S256"):
        raise BadRequestError(400, "invalid_request", "code_challenge needs code_challenge_method=S256")
    if challenge is not None and not re.fullmatch(r"[A-Za-z0-9_-]{43}", challenge):
        raise BadRequestError(400, "invalid_request", "code_challenge is not a SHA-256 in base64url")


def _account_box(email: str, *, checked: bool) -> str:
    safe, mark = html.escape(email), " checked" if checked else ""
    box = f'<input type="radio" name="account" value="{safe}" data-testid="account-{safe}"{mark}>'
    return f"<label>{box}<span>{safe}</span></label>"


def _scope_list(asked: Asked) -> str:
    def row(scope: str) -> str:
        text, value = html.escape(oracle.scope_text(scope)), html.escape(scope)
        name = value.removeprefix(SCOPE_ROOT)
        box = f'<input type="checkbox" name="scope" value="{value}" data-testid="scope-{name}" checked>'
        mark = box if asked.granular else '<span class="dot" aria-hidden="true"></span>'
        return f"<label>{mark}<span>{text}<small>{name}</small></span></label>"

    return "".join(row(scope) for scope in asked.scopes)


def _refusal(bad: BadRequestError) -> web.Response:
    words = {"error": html.escape(bad.error), "detail": html.escape(bad.detail)}
    return _page("refused.html", status=bad.status, title="Access blocked", **words)


def _page(name: str, *, status: int, **words: str) -> web.Response:
    style = (_PAGES / "consent.css").read_text(encoding="utf-8")
    inner = Template((_PAGES / name).read_text(encoding="utf-8")).substitute(words, status=status)
    frame = Template((_PAGES / "frame.html").read_text(encoding="utf-8"))
    text = frame.substitute(title=words["title"], style=style, inner=inner)
    headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)
