"""Where somebody is in a booking, as a signed text that goes from step to step in addresses and forms.

It holds ids only: of a place, a product, a hold. What customers type about themselves travels in the bodies of forms.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

_SALT = "fieldfare booking page"
KEPT_SECONDS = 7 * 24 * 60 * 60
"""For how long a step can be come back to."""


class BrokenStateError(ValueError):
    """The text is none that we signed for this business, or is too old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was chosen so far: ids, and the tokens of a hold and of the booking that became of it.

    `flow` is the same from the first page to the last: whoever goes back comes back as the same customer.
    """

    flow: str | None = None
    place: str | None = None
    industry: str | None = None
    product: str | None = None
    hold: str | None = None
    booked: str | None = None


def sign_state(state: State, *, secret: bytes) -> str:
    """Sign a state; what isn't chosen yet is left out."""
    chosen = {key: value for key, value in asdict(state).items() if value is not None}
    return _serializer(secret).dumps(chosen)


def read_state(text: str, *, secret: bytes) -> State:
    """Read a signed state; raises `BrokenStateError`."""
    try:
        return State(**_serializer(secret).loads(text, max_age=KEPT_SECONDS))
    except (BadSignature, TypeError):
        raise BrokenStateError("not a state that was signed here") from None


def _serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=_SALT)
