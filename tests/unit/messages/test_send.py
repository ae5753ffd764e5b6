"""A message is sent once, in its order, and whatever can't be sent is left to the desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from fieldfare.adapters.postgres.storage import PostgresStorage
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.customers import MessageStatus
from fieldfare.usecases.bookings.refusals import WrongStatusError
from fieldfare.usecases.messages.send import MOST_ATTEMPTS, NotSentYetError, send_message
from fieldfare.usecases.messages.settle import Settle, UnknownMessageError, settle
from fieldfare.usecases.people.tokens import hash_of
from tests.databases import Database
from tests.unit.messages.office import (
    BUSINESS,
    DESK,
    ROBIN,
    MailServer,
    Office,
    compose,
    link,
    mail_server,
    mailer_of,
    on,
)
from tests.worlds import table


async def _send(office: Office, message: str, server: MailServer | None, storage: Any = None) -> None:
    mailer = None if server is None else mailer_of(server)
    await send_message(storage or office.storage, BUSINESS, message, mailer=mailer, compose=compose, link=link)


def test_a_booking_is_told_and_its_link_opens_it(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked()
        (message,) = await office.messages(booking)
        async with mail_server() as server:
            await _send(office, message.id, server)
        (sent,) = await office.messages(booking)
        assert (sent.status, sent.failure, sent.attempts) == (MessageStatus.SENT, None, 1)
        assert sent.sent_at is not None
        (mail,), (address,) = server.received, server.links
        assert mail["Message-ID"] == f"<{message.id}.{BUSINESS}@fieldfare.example>"
        assert "robin@example.com" in str(mail["To"])
        purpose, token = address.split("/")[-2:]
        assert purpose == "manage"
        async with office.storage.open(BUSINESS) as books:
            found = await books.links.find(hash_of(token), LinkPurpose.MANAGE)
        assert found is not None
        assert found.booking == booking.id

    on(database, work)


def test_what_was_marked_is_not_sent_again(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        async with mail_server() as server:
            await _send(office, message.id, server)
            await _send(office, message.id, server)
        assert len(server.received) == 1

    on(database, work)


@dataclass(frozen=True)
class _DyingBeforeTheMark:
    """A database whose second transaction is never begun, as if the worker had been killed."""

    storage: PostgresStorage
    opened: list[str]

    @asynccontextmanager
    async def open(self, business: str, *, brisk: bool = False) -> AsyncIterator[Any]:
        self.opened.append(business)
        if len(self.opened) > 1:
            raise KilledError
        async with self.storage.open(business, brisk=brisk) as books:
            yield books


class KilledError(Exception):
    """The worker is no more."""


def test_after_a_crash_between_sending_and_marking_the_letter_is_the_same(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        async with mail_server() as server:
            with pytest.raises(KilledError):
                await _send(office, message.id, server, _DyingBeforeTheMark(office.storage, []))
            assert [one.status for one in await office.messages()] == [MessageStatus.WAITING]
            await _send(office, message.id, server)
        assert len(server.ids) == 2
        assert len(set(server.ids)) == 1
        tokens = [address.rpartition("/")[2] for address in server.links]
        async with office.storage.open(BUSINESS) as books:
            opened = [await books.links.find(hash_of(token), LinkPurpose.MANAGE) for token in tokens]
        assert None not in opened
        assert [one.status for one in await office.messages()] == [MessageStatus.SENT]

    on(database, work)


@table(
    "answer, status, failure",
    {
        "refused": ("550 nobody of that name", MessageStatus.UNSENT, "refused"),
        "busy": ("451 later", MessageStatus.WAITING, None),
    },
)
def test_what_the_server_answers(database: Database, answer: str, status: MessageStatus, failure: str | None) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        async with mail_server() as server:
            server.answers = [answer]
            try:
                await _send(office, message.id, server)
            except NotSentYetError:
                assert status is MessageStatus.WAITING
            (now,) = await office.messages()
            assert (now.status, now.failure, now.attempts) == (status, failure, 1)
            await _send(office, message.id, server)
        assert len(server.received) == (1 if status is MessageStatus.WAITING else 0)

    on(database, work)


def test_after_the_last_attempt_it_is_left_to_the_desk(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        async with mail_server() as server:
            server.answers = ["451 later"] * MOST_ATTEMPTS
            for _ in range(MOST_ATTEMPTS - 1):
                with pytest.raises(NotSentYetError):
                    await _send(office, message.id, server)
            await _send(office, message.id, server)
        (left,) = await office.messages()
        assert (left.status, left.failure, left.attempts) == (MessageStatus.UNSENT, "unavailable", MOST_ATTEMPTS)

    on(database, work)


def test_attempts_that_end_in_a_crash_are_counted(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        async with mail_server() as server:
            async with office.storage.open(BUSINESS) as books:
                await books.messages.change(replace(message, attempts=MOST_ATTEMPTS))
            await _send(office, message.id, server)
            assert server.received == []
        (left,) = await office.messages()
        assert (left.status, left.failure) == (MessageStatus.UNSENT, "unavailable")

    on(database, work)


def test_without_a_mail_server_or_an_email_the_desk_is_told(database: Database) -> None:
    async def work(office: Office) -> None:
        first = await office.booked(hours=24)
        second = await office.booked(hours=30, contact=replace(ROBIN, email=None, phone="+14165550999"))
        for booking, mails, failure in ((first, False, "no_mailer"), (second, True, "no_email")):
            (message,) = await office.messages(booking)
            async with mail_server() as server:
                await _send(office, message.id, server if mails else None)
                assert server.received == []
            (left,) = await office.messages(booking)
            assert (left.status, left.failure, left.attempts) == (MessageStatus.UNSENT, failure, 0)

    on(database, work)


def test_a_message_that_another_overtook_is_dropped(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked()
        await office.moved(booking, hours=26)
        await office.cancelled(booking)
        messages = await office.messages(booking)
        assert [one.kind.value for one in messages] == ["confirmed", "rescheduled", "cancelled"]
        async with mail_server() as server:
            for message in messages:
                await _send(office, message.id, server)
        assert server.subjects == ["cancelled"]
        assert [one.status.value for one in await office.messages(booking)] == ["dropped", "dropped", "sent"]

    on(database, work)


def test_who_was_erased_is_not_written_to(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked()
        (message,) = await office.messages()
        assert booking.customer is not None
        async with office.storage.open(BUSINESS) as books:
            await books.customers.erase(booking.customer, at=books.moment)
        async with mail_server() as server:
            await _send(office, message.id, server)
            assert server.received == []
        assert [one.status for one in await office.messages()] == [MessageStatus.DROPPED]

    on(database, work)


def test_an_unknown_message_is_nothing(database: Database) -> None:
    async def work(office: Office) -> None:
        async with mail_server() as server:
            await _send(office, "none", server)
            assert server.received == []

    on(database, work)


def test_the_desk_settles_what_was_not_sent(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        (message,) = await office.messages()
        wanted = Settle(message=message.id, actor=DESK, note="rang her")
        with pytest.raises(WrongStatusError):
            await office.run(lambda desk: settle(desk, wanted))
        await _send(office, message.id, None)
        first = await office.run(lambda desk: settle(desk, wanted))
        again = await office.run(lambda desk: settle(desk, wanted))
        assert first.settled_at is not None
        assert again == first
        (line,) = await office.trail("messages")
        assert (line.entry.action, line.entry.reason) == ("settle", None)
        assert line.entry.personal is not None
        assert line.entry.personal.reason == "rang her"
        with pytest.raises(UnknownMessageError):
            await office.run(lambda desk: settle(desk, replace(wanted, message="none")))

    on(database, work)
