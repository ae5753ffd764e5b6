"""The vendor's authorisation server: codes and refresh tokens for access, and an agency's way into its locations."""

from __future__ import annotations

from http import HTTPStatus

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.asked import Asked, Refused, serves
from fieldfare_ghl_sim.tokens import ACCESS_SECONDS, Grant, Token, app_of
from fieldfare_ghl_sim.world import Record

USER = "simulated-owner"
INVALID = "Invalid grant: the code or refresh token is invalid or was used"
_OLD_NAMES = {
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "grantType": "grant_type",
    "refreshToken": "refresh_token",
    "accessToken": "access_token",
    "tokenType": "token_type",
    "expiresIn": "expires_in",
}
_OLD_INPUTS = {"userType": "user_type", "redirectUri": "redirect_uri"}  # in answers it is `userType` in both


@serves("get-access-token")
def token(asked: Asked) -> Record:
    """Give an access token for a code or a refresh token, each of which works once."""
    form = asked.body
    client = form[_name(asked, "clientId")]
    if asked.tokens.clients.get(client) != form[_name(asked, "clientSecret")]:
        raise Refused(HTTPStatus.UNAUTHORIZED, "Invalid client credentials")
    kind = form[_name(asked, "grantType")]
    if kind == "authorization_code":
        kept, text = asked.tokens.codes, form.get("code", "")
    elif kind == "refresh_token":
        kept, text = asked.tokens.refreshes, form.get(_name(asked, "refreshToken"), "")
    else:
        raise Refused(HTTPStatus.BAD_REQUEST, "Unsupported grant type")
    _check(asked, kept.get(text))
    grant = asked.tokens.used(kept, text, client, asked.now)
    if grant is None:
        raise Refused(HTTPStatus.BAD_REQUEST, INVALID)
    if kind == "authorization_code":
        _install(asked, grant)
    return _answer(asked, asked.tokens.granted(grant, asked.now))


@serves("get-location-access-token")
def location_token(asked: Asked) -> Record:
    """Give an agency's app a token of one of its locations."""
    company, location = asked.body["companyId"], asked.body["locationId"]
    place = asked.world.locations.get(location)
    assert asked.token is not None  # noqa: S101 - the gate has asked for one
    if place is None or place["companyId"] != company or asked.token.company != company:
        raise Refused(HTTPStatus.FORBIDDEN, "The token does not have access to this location.")
    grant = Grant(asked.token.app, location, company, asked.token.scopes, 0)
    made = asked.tokens.granted(grant, asked.now, refreshing=asked.v3)
    kept = ("accessToken", "tokenType", "expiresIn", "scope", "locationId", "userId", "refreshToken")
    names = {name if asked.v3 else _OLD_NAMES.get(name, name) for name in kept}
    shown = {name: value for name, value in _answer(asked, made).items() if name in names}
    app = app_of(asked.token.app)
    return shown | {"appId": app, "versionId": app}


@serves("get-installed-location")
def installed(asked: Asked) -> Record:
    """List the locations of an agency that have the app."""
    rows: list[Record] = []
    for place in asked.world.locations.values():
        if place["companyId"] == asked.one("companyId") and asked.one("locationId") in (None, place["id"]):
            at = asked.tokens.installed.get(place["id"])
            row: Record = {"_id": place["id"], "name": place["name"], "address": place.get("address", "")}
            row |= {"isInstalled": at is not None}
            rows.append(row | ({} if at is None else {"installedAt": moments.utc_text(at)}))
    if asked.one("isInstalled") is not None:
        rows = [row for row in rows if row["isInstalled"] == asked.flag("isInstalled")]
    if asked.v3:
        pages = {"hasNextPage": False, "hasPrevPage": False, "currentPageSize": len(rows), "totalRecords": len(rows)}
        return {"items": rows, "pagination": pages, "installToFutureLocations": False}
    skip, limit = asked.number("skip", 0), asked.number("limit", 20, least=1)
    return {"locations": rows[skip : skip + limit], "count": len(rows), "installToFutureLocations": False}


def _name(asked: Asked, name: str) -> str:
    return name if asked.v3 else _OLD_NAMES.get(name, name)


def _check(asked: Asked, grant: Grant | None) -> None:
    """Refuse a code that is exchanged for more than was granted, or for another page than it was given to."""
    wanted, back = (asked.body.get(name if asked.v3 else _OLD_INPUTS[name], "") for name in ("userType", "redirectUri"))
    if grant is None:
        return
    if wanted == "Company" and grant.location is not None:
        raise Refused(HTTPStatus.BAD_REQUEST, "Invalid grant: it is a location's, not a company's")
    if back and grant.redirect_uri not in (None, back):
        raise Refused(HTTPStatus.BAD_REQUEST, "Invalid grant: redirect_uri does not match")


def _install(asked: Asked, grant: Grant) -> None:
    """Note that an app has come to a location or an agency, and tell of it if it was not there before."""
    account = grant.location or grant.company
    if account in asked.tokens.installed:
        return
    asked.tokens.installed[account] = asked.now
    told: Record = {"appId": app_of(grant.client), "companyId": grant.company}
    asked.emit("INSTALL", grant.location or "", told | ({"userId": USER} if grant.location else {}))


def _answer(asked: Asked, token: Token) -> Record:
    told: Record = {"accessToken": token.text, "tokenType": "Bearer", "expiresIn": ACCESS_SECONDS}
    told |= {"scope": " ".join(sorted(token.scopes)), "companyId": token.company, "userId": USER}
    told |= {"userType": "Location" if token.location else "Company", "isBulkInstallation": False}
    if token.refresh:
        told["refreshToken"] = token.refresh
    if token.location:
        told["locationId"] = token.location
        asked.tokens.installed.setdefault(token.location, asked.now)
    return {_name(asked, key): value for key, value in told.items()}
