"""End a session."""

from __future__ import annotations

from fieldfare.ports.people import LookUps
from fieldfare.ports.storage import Entry, Storage
from fieldfare.usecases.people.tokens import hash_of
from fieldfare.usecases.people.trail import ACCOUNTS, actor_of


async def sign_out(token: str, *, look_ups: LookUps, storage: Storage) -> None:
    """End the session of a token, if it has one."""
    session = await look_ups.session_of(hash_of(token))
    if session is None:
        return
    async with storage.open(session.business) as books:
        await books.people.end_session(hash_of(token))
        await books.audit.write(
            [Entry(actor=actor_of(session.account), action="sign_out", subject=ACCOUNTS, subject_id=session.account)]
        )
