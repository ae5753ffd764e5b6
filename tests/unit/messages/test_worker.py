"""The worker does what the outbox asks for: in order, again after a failure or a death, and nothing twice."""

from __future__ import annotations

from dataclasses import replace

from procrastinate import jobs

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.entrypoints.mail.writing import writer
from fieldfare.ports.customers import MessageKind, MessageStatus, WaitingStatus
from fieldfare.ports.mail import Mail
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.messages.letter import Letter
from fieldfare.usecases.people.tokens import new_token
from fieldfare.usecases.reactions import SEND_MESSAGE
from fieldfare.usecases.waitlist.join import Join, join
from tests.databases import Database
from tests.unit.messages.office import BUSINESS, DESK, HOUR, PLACE, ROBIN, Office, ahead, mail_server, mailer_of, on


def test_messages_about_a_visit_go_out_in_their_order(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked()
        async with mail_server() as server:
            mailer = mailer_of(server)
            await office.work_off(mailer=mailer)
            moved = await office.moved(booking, hours=26)
            await office.work_off(mailer=mailer)
            await office.cancelled(moved)
            await office.work_off(mailer=mailer)
        assert server.subjects == ["confirmed", "rescheduled", "cancelled"]

    on(database, work)


def test_each_letter_is_written_out_with_the_same_calendar_entry(database: Database) -> None:
    async def work(office: Office) -> None:
        letters: list[Letter] = []

        def compose(letter: Letter) -> Mail:
            letters.append(letter)
            return writer(sender="visits@fieldfare.example")(letter)

        booking = await office.booked(technician="t1")
        async with mail_server() as server:
            mailer = mailer_of(server)
            await office.work_off(mailer=mailer, compose=compose)
            moved = await office.moved(booking, hours=26)
            await office.work_off(mailer=mailer, compose=compose)
            await office.cancelled(moved, reason="the van is broken")
            await office.work_off(mailer=mailer, compose=compose)
        entries = [mail.get_body(("calendar",)) for mail in server.received]
        lines = [str(entry.get_content()).splitlines() for entry in entries if entry is not None]
        assert len(lines) == 3
        assert len({line for entry in lines for line in entry if line.startswith("UID:")}) == 1
        assert [line for entry in lines for line in entry if line.startswith("SEQUENCE:")] == [
            "SEQUENCE:0",
            "SEQUENCE:1",
            "SEQUENCE:2",
        ]
        first, _, last = letters
        assert first.technician_name == "Sam Roy"
        assert first.change_until == booking.start - 4 * HOUR
        assert (last.change_until, last.reason) == (None, "the van is broken")
        assert len({letter.id for letter in letters}) == 3

    on(database, work)


def test_while_one_is_put_off_the_next_waits_and_then_says_it_all(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked()
        async with mail_server() as server:
            server.answers = ["451 later"]
            mailer = mailer_of(server)
            await office.work_off(mailer=mailer)
            await office.moved(booking, hours=26)
            await office.work_off(mailer=mailer)
            assert server.received == []
            async with office.queue() as queue:
                first, second = sorted(
                    await queue.job_manager.list_jobs_async(task=SEND_MESSAGE), key=lambda job: job.id or 0
                )
                assert (first.attempts, first.status) == (1, "todo")
                assert second.scheduled_at is None
                await _due_now(office, first)
            await office.work_off(mailer=mailer)
        assert server.subjects == ["rescheduled"]
        assert [one.status.value for one in await office.messages(booking)] == ["dropped", "sent"]

    on(database, work)


def test_what_a_dead_worker_was_at_is_begun_again(database: Database) -> None:
    async def work(office: Office) -> None:
        await office.booked()
        async with mail_server() as server:
            async with office.queue(mailer=mailer_of(server)) as queue:
                dead = await queue.job_manager.register_worker()
                taken = await queue.job_manager.fetch_job(queues=None, worker_id=dead)
                assert taken is not None
                assert taken.task_name == SEND_MESSAGE
                await queue.connector.execute_query_async(
                    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '21 seconds' WHERE id = %(id)s",
                    id=dead,
                )
                await queue.configure_task("rescue").defer_async(timestamp=0)
                await queue.run_worker_async(
                    wait=False, install_signal_handlers=False, delete_jobs="successful", concurrency=1
                )
            await office.work_off(mailer=mailer_of(server))
            assert server.subjects == ["confirmed"]
            # The dead one's task once more, as if it had died after the mark.
            async with office.queue(mailer=mailer_of(server)) as queue:
                await queue.configure_task(SEND_MESSAGE).defer_async(**taken.task_kwargs)
            await office.work_off(mailer=mailer_of(server))
            assert server.subjects == ["confirmed"]

    on(database, work)


def test_what_a_dead_worker_was_at_is_let_go_where_the_same_waits_already(database: Database) -> None:
    """O4: whoever waits behind its locks has their turn, and others that have died at something are rescued, too."""

    async def work(office: Office) -> None:
        async with office.queue(mailer=None) as queue:
            jobs, task = queue.job_manager, queue.configure_task("forget_expired", lock="a", queueing_lock="a")
            dead = await jobs.register_worker()
            await task.defer_async(business=BUSINESS)
            assert await jobs.fetch_job(queues=None, worker_id=dead) is not None
            await task.defer_async(business=BUSINESS)
            await queue.connector.execute_query_async(
                "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '21 seconds' WHERE id = %(id)s",
                id=dead,
            )

            await queue.configure_task("rescue").defer_async(timestamp=0)
            await queue.run_worker_async(
                wait=False, install_signal_handlers=False, delete_jobs="successful", concurrency=1
            )

            assert await jobs.list_jobs_async() == []

    on(database, work)


def test_freed_time_is_offered_and_the_offer_ends(database: Database) -> None:
    async def work(office: Office) -> None:
        booking = await office.booked(technician="t1")
        waiting = await _waits(office, booking)
        async with mail_server() as server:
            mailer = mailer_of(server)
            await office.work_off(mailer=mailer)
            await office.cancelled(booking)
            await office.work_off(mailer=mailer)
            await office.work_off(mailer=mailer)
            assert sorted(server.subjects) == ["cancelled", "confirmed", "offered"]
            (offered,) = [mail for mail in server.received if mail["Subject"] == "offered"]
            assert "/hold/" in offered.as_string()
        (message,) = [one for one in await office.messages() if one.kind is MessageKind.OFFERED]
        assert message.status is MessageStatus.SENT
        async with office.storage.open(BUSINESS) as books:
            held = await books.bookings.find(message.booking)
            assert held is not None
            assert (held.status, held.waiting) == (Status.HELD, waiting)
            await books.bookings.change(replace(held, expires_at=books.moment - 1), before=held)
        async with office.queue() as queue:
            (ending,) = await queue.job_manager.list_jobs_async(task="end_hold")
            await _due_now(office, ending)
        await office.work_off()
        async with office.storage.open(BUSINESS) as books:
            ended = await books.bookings.find(message.booking)
            who = await books.waiting.find(waiting)
        assert ended is not None
        assert ended.status is Status.EXPIRED
        assert who is not None
        assert who.status is not WaitingStatus.BOOKED
        assert who.offered != message.booking

    on(database, work)


async def _waits(office: Office, booking: Booking) -> str:
    """Let somebody wait for just the time of a visit."""
    wanted = Join(
        request=Request(place=PLACE, product="tune-up"),
        wishes=((booking.start, booking.end),),
        contact=replace(ROBIN, email="kim@example.com", phone=None),
        token=new_token(),
        actor=DESK,
    )
    return (await office.run(lambda desk: join(desk, wanted))).id


def test_each_minute_holds_end_and_late_days_are_watched(database: Database) -> None:
    async def work(office: Office) -> None:
        held = await _held(office)
        late = await office.booked(technician="t1")
        after = await office.booked(hours=25, technician="t1")
        async with office.storage.open(BUSINESS) as books:
            now = books.moment
            await books.bookings.change(replace(held, expires_at=now - 1), before=held)
            start = now - HOUR - 600
            begun = await books.bookings.change(
                replace(late, status=Status.IN_PROGRESS, start=start, end=start + HOUR, started_at=start), before=late
            )
            await books.bookings.change(replace(after, start=now + 60, end=now + 60 + HOUR), before=after)
        await _minute(office)
        async with office.storage.open(BUSINESS) as books:
            ended = await books.bookings.find(held.id)
            watched = await books.bookings.find(begun.id)
        assert ended is not None
        assert ended.status is Status.EXPIRED
        assert watched is not None
        assert watched.estimated_end is not None
        assert watched.estimated_end >= now

    on(database, work)


async def _held(office: Office) -> Booking:
    wanted = Hold(
        request=Request(place=PLACE, product="tune-up", technician="t2"),
        start=ahead(24),
        token=new_token(),
        actor=DESK,
        source="public",
    )
    return await office.run(lambda desk: hold(desk, wanted))


async def _minute(office: Office) -> None:
    async with office.queue() as queue:
        await queue.configure_task("watch").defer_async(timestamp=0)
        await queue.configure_task("watch").defer_async(timestamp=60)
    await office.work_off()


def test_each_hour_old_answers_are_forgotten(database: Database) -> None:
    async def work(office: Office) -> None:
        async with office.storage.open(BUSINESS) as books:
            for key in (b"old", b"new"):
                await books.once.claim(key, b"request")
                await books.once.keep(key, b"answer")
            await books.connection.exec_driver_sql(
                "UPDATE answered SET created_at = now() - interval '49 hours' WHERE key_hash = 'old'"
            )
        async with office.queue() as queue:
            await queue.configure_task("upkeep").defer_async(timestamp=0)
        await office.work_off()
        async with office.storage.open(BUSINESS) as books:
            assert await books.once.find(b"old") is None
            assert await books.once.find(b"new") is not None

    on(database, work)


async def _due_now(office: Office, job: jobs.Job) -> None:
    async with office.queue() as queue:
        await queue.connector.execute_query_async(
            "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = %(id)s", id=job.id
        )
