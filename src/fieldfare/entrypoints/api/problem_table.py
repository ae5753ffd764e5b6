"""Every problem that the API can answer with: its code, its HTTP status, its title, and what to do about it.

`docs/errors.md` has a row for each, word for word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """One row: what a code means. `retry_after` is what `Retry-After` says when nobody knows better, in seconds.

    `example` holds the members that problems of this kind add, as the API's description shows them.
    """

    status: int
    title: str
    cure: str
    retry_after: int | None = None
    example: dict[str, Any] | None = None


_INSTEAD: dict[str, Any] = {
    "alternatives": [
        {
            "start": "2026-11-24T10:30:00-05:00",
            "end": "2026-11-24T11:30:00-05:00",
            "block": "AM",
            "recommended": True,
            "price": 14900,
        }
    ]
}

PROBLEMS: dict[str, ProblemKind] = {
    "invalid_request": ProblemKind(
        status=422,
        title="The request is not valid",
        cure="Correct what `errors` lists: a path inside the request, and what is wrong there.",
        example={"errors": [{"path": "place.lat", "message": "must be at most 90"}]},
    ),
    "idempotency_mismatch": ProblemKind(
        status=422,
        title="The idempotency key belongs to another request",
        cure="Use a new key for a new request, or repeat the first one unchanged.",
    ),
    "reason_needed": ProblemKind(
        status=422,
        title="A reason is needed",
        cure="Say why, in `reason`.",
    ),
    "unauthenticated": ProblemKind(
        status=401,
        title="Who is asking is not known",
        cure="Send a valid API key as `Authorization: Bearer <key>`, or sign in again.",
    ),
    "bad_signature": ProblemKind(
        status=401,
        title="The webhook is not signed by the CRM",
        cure="Nothing: whoever sent it is not believed. The keys are those of FIELDFARE_GHL_WEBHOOK_KEYS.",
    ),
    "stale_webhook": ProblemKind(
        status=401,
        title="The webhook is too old, or says no time",
        cure="Nothing: what it tells of is read by the next sweep. See that both clocks are right.",
    ),
    "forbidden": ProblemKind(
        status=403,
        title="Not allowed",
        cure="Ask an owner of the business for the role or the scope that this needs.",
    ),
    "needs_staff": ProblemKind(
        status=403,
        title="Only staff may ask for this",
        cure="Leave the fields for staff out, or use a staff session or a key with the scope for them.",
    ),
    "cross_site": ProblemKind(
        status=403,
        title="The request comes from another site",
        cure="Send it from Fieldfare's own pages, or use an API key and no cookie.",
    ),
    "bad_state": ProblemKind(
        status=403,
        title="This authorisation was not begun here",
        cure="Begin it anew from the settings, in the same browser, and complete it within ten minutes.",
    ),
    "not_found": ProblemKind(
        status=404,
        title="Nothing is there",
        cure="Check the address and the ids in it; what belongs to another business is not found, either.",
    ),
    "business_not_found": ProblemKind(
        status=404,
        title="There is no such business",
        cure="Check the business's id in the address.",
    ),
    "address_not_found": ProblemKind(
        status=404,
        title="The address could not be found",
        cure="Write it with street, number and town, or send a postal code or coordinates.",
    ),
    "method_not_allowed": ProblemKind(
        status=405,
        title="The method is not allowed here",
        cure="Use one of the methods that the header `Allow` lists.",
    ),
    "request_timeout": ProblemKind(
        status=408,
        title="The body took too long to arrive",
        cure="Send it again, at once and as a whole.",
    ),
    "conflict": ProblemKind(
        status=409,
        title="It contradicts what is there",
        cure="Read the record again, and repeat the change on top of it.",
    ),
    "in_use": ProblemKind(
        status=409,
        title="Something else still refers to it",
        cure="Change or delete first what `used_by` lists.",
        example={"used_by": ["zones/z1"]},
    ),
    "slot_taken": ProblemKind(
        status=409,
        title="The time is no longer free",
        cure="Choose one of `alternatives`, or ask for availability again.",
        example=_INSTEAD,
    ),
    "only_by_request": ProblemKind(
        status=409,
        title="The time can only be asked for",
        cure="Send it as a request, which the business accepts or not, or choose one of `alternatives`.",
        example=_INSTEAD,
    ),
    "hold_expired": ProblemKind(
        status=409,
        title="The hold has run out",
        cure="Hold one of `alternatives`; what the customer typed can be sent again with it.",
        example=_INSTEAD,
    ),
    "hold_used": ProblemKind(
        status=409,
        title="The hold was confirmed for somebody else",
        cure="Hold a time of your own.",
    ),
    "hold_not_prolonged": ProblemKind(
        status=409,
        title="The hold can't be prolonged any more",
        cure="Confirm it before it runs out, or hold a time anew.",
    ),
    "address_elsewhere": ProblemKind(
        status=409,
        title="The service address lies elsewhere",
        cure="The time can't be driven to that address: choose one of `alternatives`, which can.",
        example=_INSTEAD,
    ),
    "not_sold": ProblemKind(
        status=409,
        title="This is not sold there",
        cure="Show the customer the `message`; ask `/places` what is sold at the place.",
        example={"outcome": "out_of_area", "message": "We don't come to your area yet."},
    ),
    "wrong_status": ProblemKind(
        status=409,
        title="The booking is past that",
        cure="Read the booking again: its `status` says what can still be done.",
    ),
    "too_late_to_change": ProblemKind(
        status=409,
        title="It is too late to change the visit online",
        cure="Call the business.",
    ),
    "too_late_to_undo": ProblemKind(
        status=409,
        title="It is too late to take the step back",
        cure="Steps can be taken back for ten minutes; tell the desk.",
    ),
    "needs_override": ProblemKind(
        status=409,
        title="The time breaks rules",
        cure="Choose one of `alternatives`, or send `override` with a reason: `rules` says what would be broken.",
        example={"rules": ["hub_lock", "travel_before"], **_INSTEAD},
    ),
    "not_overridable": ProblemKind(
        status=409,
        title="The time breaks a rule that nobody overrides",
        cure="Choose one of `alternatives`; `rules` says what would be broken.",
        example={"rules": ["busy"], **_INSTEAD},
    ),
    "address_ambiguous": ProblemKind(
        status=409,
        title="The address fits several places",
        cure="Send one of `choices` instead.",
        example={"choices": [{"address": "1 Main Street, Oakville, ON L6J 1A1", "lat": 43.4467, "lng": -79.6661}]},
    ),
    "not_connected": ProblemKind(
        status=409,
        title="No CRM is connected",
        cure="Connect one first, in the settings or by `fieldfare connect ghl`.",
    ),
    "crm_token_refused": ProblemKind(
        status=409,
        title="The CRM does not take the token",
        cure="Copy the token again, or make a new one in the CRM.",
    ),
    "crm_scope_missing": ProblemKind(
        status=409,
        title="The token may not do what is needed",
        cure="Give the token in the CRM the scopes that `missing` names.",
        example={
            "missing": [{"name": "users", "state": "missing", "advice": "The token lacks the scope users.readonly."}]
        },
    ),
    "crm_wrong_account": ProblemKind(
        status=409,
        title="The token is for another account",
        cure="Check the location id, and make the token in that location.",
    ),
    "crm_account_needed": ProblemKind(
        status=409,
        title="It is not clear which account is meant",
        cure="Name one of `accounts`, and allow the app once more.",
        example={"accounts": ["ve9EPM428h8vShlRW1KT"]},
    ),
    "crm_refused": ProblemKind(
        status=409,
        title="The CRM refused it",
        cure="Read `detail`: it says what the CRM said.",
    ),
    "account_taken": ProblemKind(
        status=409,
        title="Another business is connected to this account",
        cure="Disconnect it there first; an account belongs to one business.",
    ),
    "no_crm_app": ProblemKind(
        status=409,
        title="This installation has no app at the CRM",
        cure="Connect by a private integration token, or set FIELDFARE_GHL_CLIENT_ID.",
    ),
    "no_secret_key": ProblemKind(
        status=409,
        title="Nothing can be sealed here",
        cure="Set FIELDFARE_SECRET_KEY, without which no token is kept.",
    ),
    "changed_meanwhile": ProblemKind(
        status=412,
        title="Somebody else changed it first",
        cure="Read the record again, and repeat the change with its new version.",
    ),
    "body_too_large": ProblemKind(
        status=413,
        title="The body is too large",
        cure="Send less at once.",
    ),
    "unsupported_media_type": ProblemKind(
        status=415,
        title="The body is not sent as JSON",
        cure="Send `Content-Type: application/json`, in UTF-8 and not compressed.",
    ),
    "rate_limited": ProblemKind(
        status=429,
        title="Too many requests",
        cure="Wait for as many seconds as the header `Retry-After` says.",
        retry_after=60,
    ),
    "too_many_holds": ProblemKind(
        status=429,
        title="Too many times are held at once",
        cure="Confirm or release one of the two that are held, or wait until one runs out.",
        retry_after=600,
    ),
    "internal_error": ProblemKind(
        status=500,
        title="Something went wrong here",
        cure="Tell the operator the `request_id`; the log says more under it.",
    ),
    "database_unavailable": ProblemKind(
        status=503,
        title="The database can't answer now",
        cure="Send the request again after as many seconds as the header `Retry-After` says.",
        retry_after=2,
    ),
    "geocoder_unavailable": ProblemKind(
        status=503,
        title="No geocoder answers",
        cure="Try again in a minute, or send a postal code or coordinates.",
        retry_after=60,
    ),
    "crm_unavailable": ProblemKind(
        status=503,
        title="The CRM does not answer",
        cure="Try again in a minute; what is to be written waits.",
        retry_after=60,
    ),
    "not_ready": ProblemKind(
        status=503,
        title="Not ready to serve",
        cure="Look at `checks`, which says what is missing; `fieldfare doctor` says what to do about it.",
        retry_after=5,
        example={"checks": {"database": "ok", "migrations": "ok", "worker": "no sign of life for 90 s"}},
    ),
}
"""In the order of their status."""
