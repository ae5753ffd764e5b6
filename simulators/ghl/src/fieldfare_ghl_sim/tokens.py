"""Who may ask: private integration tokens, and OAuth with codes, short-lived access and rotating refresh tokens."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

ACCESS_SECONDS = 86_399
REFRESH_SECONDS = 365 * 86_400
OVERLAP_SECONDS = 7 * 86_400
CODE_SECONDS = 600

SCOPES = frozenset(
    {
        "calendars.readonly",
        "calendars.write",
        "calendars/events.readonly",
        "calendars/events.write",
        "calendars/groups.readonly",
        "contacts.readonly",
        "contacts.write",
        "opportunities.readonly",
        "opportunities.write",
        "users.readonly",
        "locations.readonly",
        "locations/customFields.readonly",
        "locations/customFields.write",
        "locations/tags.readonly",
        "oauth.readonly",
        "oauth.write",
        "conversations.readonly",
        "conversations.write",
        "conversations/message.readonly",
        "conversations/message.write",
        "objects/schema.readonly",
        "objects/record.readonly",
        "objects/record.write",
        "workflows.readonly",
    }
)


def app_of(client: str) -> str:
    """Give the id of an app from one of its clients' ids, which are `<app>-<something>`."""
    return client.partition("-")[0]


@dataclass(slots=True, kw_only=True)
class Token:
    """A bearer token: whose it is, what it may do, and until when."""

    text: str
    app: str
    location: str | None
    company: str | None
    scopes: frozenset[str]
    private: bool
    expires: float | None = None
    refresh: str | None = None

    def admits(self, location: str, company: str | None) -> bool:
        """Say whether the token opens a location; an agency's token of a private integration opens all of its own."""
        if self.location is not None:
            return self.location == location
        return self.private and self.company == company


@dataclass(slots=True)
class Grant:
    """What a code or a refresh token stands for."""

    client: str
    location: str | None
    company: str
    scopes: frozenset[str]
    expires: float
    redirect_uri: str | None = None


@dataclass(slots=True)
class Tokens:
    """All tokens that were ever given out."""

    tokens: dict[str, Token] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    refreshes: dict[str, Grant] = field(default_factory=dict)
    installed: dict[str, float] = field(default_factory=dict)
    made: int = 0

    def add_private(self, text: str, *, location: str | None, company: str | None, scopes: Collection[str]) -> None:
        """Add a private integration's token: static, of some scopes."""
        self.tokens[text] = Token(
            text=text, app=text, location=location, company=company, scopes=frozenset(scopes), private=True
        )

    def rotate(self, old: str, new: str, *, now: float, overlap: float = OVERLAP_SECONDS) -> None:
        """Give a private integration a new token; the old one works on for the overlap."""
        token = self.tokens[old]
        self.add_private(new, location=token.location, company=token.company, scopes=token.scopes)
        self.tokens[new].app = token.app
        token.expires = now + overlap

    def valid(self, text: str, now: float) -> Token | None:
        """Find a token that is neither unknown nor revoked nor out of time."""
        token = self.tokens.get(text)
        return None if token is None or (token.expires is not None and token.expires <= now) else token

    def new_code(
        self,
        *,
        location: str | None,
        company: str,
        scopes: Collection[str],
        now: float,
        client: str,
        redirect_uri: str | None = None,
    ) -> str:
        """Make the code with which a browser comes back from the consent page."""
        code = self._new("code")
        self.codes[code] = Grant(client, location, company, frozenset(scopes), now + CODE_SECONDS, redirect_uri)
        return code

    def granted(self, grant: Grant, now: float, *, refreshing: bool = True) -> Token:
        """Give out an access token, and a new refresh token with it."""
        text = self._new("jwt")
        token = Token(
            text=text,
            app=grant.client,
            location=grant.location,
            company=grant.company,
            scopes=grant.scopes,
            private=False,
            expires=now + ACCESS_SECONDS,
        )
        if refreshing:
            token.refresh = self._new("refresh")
            self.refreshes[token.refresh] = Grant(
                grant.client, grant.location, grant.company, grant.scopes, now + REFRESH_SECONDS
            )
        self.tokens[text] = token
        return token

    def used(self, kept: dict[str, Grant], text: str, client: str, now: float) -> Grant | None:
        """Take a code or a refresh token, which work once; nothing if it is not one of this client."""
        grant = kept.get(text)
        if grant is None or grant.client != client or grant.expires <= now:
            return None
        del kept[text]
        return grant

    def expire(self, now: float) -> None:
        """Let all access tokens of OAuth run out; private tokens and refresh tokens stay."""
        for token in self.tokens.values():
            if not token.private:
                token.expires = now

    def uninstall(self, client: str, account: str) -> None:
        """Take away all that an app has of a location or an agency."""
        self.installed.pop(account, None)
        for text, token in list(self.tokens.items()):
            if not token.private and token.app == client and account in (token.location, token.company):
                del self.tokens[text]
        for kept in (self.codes, self.refreshes):
            for text, grant in list(kept.items()):
                if grant.client == client and account in (grant.location, grant.company):
                    del kept[text]

    def _new(self, kind: str) -> str:
        self.made += 1
        return f"{kind}.sim-{self.made:06d}"
