"""Sending mails to a real mail server: what arrives, and what each failure means (W7)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from fieldfare.adapters.notifiers.smtp import SmtpMailer, SmtpSettings
from fieldfare.entrypoints.mail.rendering import compose
from fieldfare.ports.mail import Mail, MailError, MailRefusedError, MailUnavailableError
from tests.unit.mail.receiver import Conversation, Mailbox, conversing, raw, receiving
from tests.unit.mail.visits import DESK, MANAGE, NOW, visit
from tests.unit.webhooks.certificates import contexts

MAIL = compose(
    visit(), message_id="0198a7c1", to_address="zoe@example.org", organizer=DESK, reply_to=DESK.address, now=NOW
)
LOGIN = (b"fieldfare", b"correct horse")


def mailer(port: int, *, tls: ssl.SSLContext | None = None, **other: Any) -> SmtpMailer:
    values: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender_address": "visits@fieldfare.example",
        "sender_name": "Fieldfare",
        "timeout_seconds": 5.0,
    }
    return SmtpMailer(SmtpSettings(**(values | other)), tls=tls)


def sent(mail: Mail, mailbox: Mailbox | None = None) -> EmailMessage:
    """Send a mail, and give it as it has arrived."""

    async def work() -> EmailMessage:
        async with receiving(mailbox or Mailbox()) as box:
            await mailer(box.port).send(mail)
            (message,) = box.messages
            return message

    return asyncio.run(work())


def failure(mailbox: Mailbox, mail: Mail = MAIL, **settings: Any) -> MailError:
    """Send a mail to a server that doesn't take it, and give the failure."""

    async def work() -> MailError:
        async with receiving(mailbox) as box:
            with pytest.raises(MailError) as raised:
                await mailer(box.port, **settings).send(mail)
            assert box.envelopes == []
            return raised.value

    return asyncio.run(work())


def part(message: EmailMessage, content_type: str) -> EmailMessage:
    (found,) = (found for found in message.walk() if found.get_content_type() == content_type)
    return found


def test_a_mail_arrives_with_its_headers() -> None:
    mailbox = Mailbox()

    message = sent(MAIL, mailbox)

    (envelope,) = mailbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("visits@fieldfare.example", ["zoe@example.org"])
    assert message["From"] == "Northern Comfort & Sons <visits@fieldfare.example>"
    assert message["To"] == "Zoë Tremblay <zoe@example.org>"
    assert message["Reply-To"] == "desk@northern.example"
    assert message["Subject"] == MAIL.subject
    assert message["Message-ID"] == "<0198a7c1@fieldfare.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.utcoffset() is not None
    assert raw(envelope).isascii()


def test_a_mail_arrives_as_text_as_html_and_for_the_calendar() -> None:
    message = sent(MAIL)

    assert message.get_content_type() == "multipart/mixed"
    alternative, attachment = message.iter_parts()
    kinds = [found.get_content_type() for found in alternative.iter_parts()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert part(message, "text/plain").get_content().splitlines() == MAIL.text.splitlines()
    assert MANAGE in part(message, "text/plain").get_content()
    assert part(message, "text/html").get_content().splitlines() == MAIL.html.splitlines()
    calendar = part(message, "text/calendar")
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert Calendar.from_ical(calendar.get_content())["METHOD"] == "REQUEST"
    assert attachment.get_filename() == "visit.ics"
    assert attachment.get_content().decode() == MAIL.calendar


def test_a_mail_without_an_entry_is_text_and_html_only() -> None:
    message = sent(replace(MAIL, calendar=None, from_name=None))

    assert message.get_content_type() == "multipart/alternative"
    assert message["From"] == "Fieldfare <visits@fieldfare.example>"


def test_a_retry_has_the_same_message_id() -> None:
    assert sent(MAIL)["Message-ID"] == sent(MAIL)["Message-ID"]


@pytest.mark.parametrize("implicit", [False, True], ids=["starttls", "tls"])
def test_it_signs_in_over_tls(implicit: bool, tmp_path: Path) -> None:
    server, client = contexts("localhost", tmp_path)

    async def work() -> int:
        async with receiving(Mailbox(login=LOGIN), tls=server, implicit=implicit) as box:
            await mailer(
                box.port,
                tls=client,
                host="localhost",
                security="tls" if implicit else "starttls",
                username=LOGIN[0].decode(),
                password=LOGIN[1].decode(),
            ).send(MAIL)
            return len(box.messages)

    assert asyncio.run(work()) == 1


@pytest.mark.parametrize(
    ("believed", "settings"),
    [
        pytest.param(True, {"password": "wrong"}, id="a wrong password"),
        pytest.param(True, {"username": None, "password": None}, id="no login"),
        pytest.param(True, {"security": "none", "username": None, "password": None}, id="no TLS"),
        pytest.param(True, {"security": "tls"}, id="TLS too early"),
        pytest.param(False, {}, id="an unknown certificate"),
        pytest.param(True, {"host": "127.0.0.1"}, id="a certificate for another name"),
    ],
)
def test_what_the_operator_can_mend_is_no_fault_of_the_mail(
    believed: bool, settings: dict[str, Any], tmp_path: Path
) -> None:
    server, client = contexts("localhost", tmp_path)
    asked = {"host": "localhost", "security": "starttls", "username": "fieldfare", "password": "correct horse"}

    async def work() -> None:
        async with receiving(Mailbox(login=LOGIN), tls=server) as box:
            with pytest.raises(MailUnavailableError) as raised:
                await mailer(box.port, tls=client if believed else None, **(asked | settings)).send(MAIL)
            assert_nothing_personal(str(raised.value))

    asyncio.run(work())


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    assert isinstance(failure(Mailbox(), security="starttls"), MailUnavailableError)


@pytest.mark.parametrize(
    ("mailbox", "expected"),
    [
        (Mailbox(on_rcpt="450 zoe@example.org is busy"), MailUnavailableError),
        (Mailbox(on_rcpt="451 zoe@example.org is greylisted"), MailUnavailableError),
        (Mailbox(on_rcpt="530 5.7.0 who are you"), MailUnavailableError),
        (Mailbox(on_rcpt="550 no such person zoe@example.org"), MailRefusedError),
        (Mailbox(on_rcpt="553 Zoë lives elsewhere"), MailRefusedError),
        (Mailbox(on_data="452 no room for zoe@example.org"), MailUnavailableError),
        (Mailbox(on_data="554 zoe@example.org wants none of that"), MailRefusedError),
        (Mailbox(on_mail="451 later"), MailUnavailableError),
        (Mailbox(on_mail="550 not from visits@fieldfare.example"), MailUnavailableError),
    ],
    ids=lambda value: value.on_rcpt or value.on_mail or value.on_data if isinstance(value, Mailbox) else "",
)
def test_a_servers_refusal_says_whether_to_try_again(mailbox: Mailbox, expected: type[MailError]) -> None:
    error = failure(mailbox)

    assert type(error) is expected
    assert_nothing_personal(str(error))


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))

        with pytest.raises(MailUnavailableError):
            asyncio.run(mailer(taken.getsockname()[1]).send(MAIL))


def test_a_server_that_says_nothing() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(MailUnavailableError):
        asyncio.run(_sent_to(silent, timeout_seconds=0.1))


@pytest.mark.parametrize(
    "words", [b"", b"220 mail.test\r\n", b"554 go away\r\n", b"\xff\xfe\r\n", b"HTTP/1.1 400 Bad\r\n\r\n"]
)
def test_a_server_that_hangs_up(words: bytes) -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await writer.drain()

    with pytest.raises(MailUnavailableError):
        asyncio.run(_sent_to(rude))


@pytest.mark.parametrize(("answer", "taken"), [(b"250 taken\r\n", True), (b"", False)])
def test_a_server_that_hangs_up_behind_the_mail(answer: bytes, taken: bool) -> None:
    async def brief(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test\r\n")
        for reply in (b"250 mail.test\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            await reader.readline()
            writer.write(reply)
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(answer)
        await writer.drain()

    if taken:
        asyncio.run(_sent_to(brief))
        return
    with pytest.raises(MailUnavailableError):
        asyncio.run(_sent_to(brief))


@pytest.mark.parametrize("letter", ["\r\n", "\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\0", "\ud800"])
@pytest.mark.parametrize("name", ["to_name", "to_address", "from_name", "reply_to", "subject", "message_id"])
def test_no_value_adds_a_header_or_a_recipient(name: str, letter: str) -> None:
    values = {"to_address": "zoe@example.org", "reply_to": "desk@northern.example"}
    changes: dict[str, Any] = {name: f"{values.get(name, 'Zoë')}{letter}Bcc: mallory@evil.test"}
    forged = replace(MAIL, **changes)

    error = failure(Mailbox(), forged)

    assert type(error) is MailRefusedError
    assert_nothing_personal(str(error))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "zoe",
        "zoe@",
        "@example.org",
        "zoe@example.org, mallory@evil.test",
        "zoe@example.org> SIZE=1",
        "<zoe@example.org>",
        "zoë@example.org",
        "zoe@exämple.org",
        "zoe @example.org",
        '"zoe',
        "zoe@[",
        "a@b@c",
        ";",
    ],
)
def test_an_address_that_is_none_is_never_tried(address: str) -> None:
    assert type(failure(Mailbox(), replace(MAIL, to_address=address))) is MailRefusedError


@pytest.mark.parametrize(
    "name", ['Zoë "Zo" T.', "Tremblay, Zoë <x@evil.test>", "=?utf-8?q?x?=", "名前" * 60, "a" * 900, ""]
)
def test_any_name_on_one_line_stays_a_name(name: str) -> None:
    mailbox = Mailbox()

    message = sent(replace(MAIL, to_name=name, from_name=name), mailbox)

    assert mailbox.envelopes[0].rcpt_tos == ["zoe@example.org"]
    assert [found.addr_spec for found in message["To"].addresses] == ["zoe@example.org"]
    assert [found.addr_spec for found in message["From"].addresses] == ["visits@fieldfare.example"]


def test_a_line_that_is_a_dot_ends_nothing() -> None:
    message = sent(replace(MAIL, text="before\n.\nMAIL FROM:<x@evil.test>\n..after\n"))

    lines = part(message, "text/plain").get_content().splitlines()
    assert lines == ["before", ".", "MAIL FROM:<x@evil.test>", "..after"]


@pytest.mark.parametrize("address", ["", "visits", "visits@exämple.org", "a@b.org\r\nBcc: x@evil.test"])
def test_the_senders_address_must_be_one(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        mailer(25, sender_address=address)


@pytest.mark.parametrize("half", ["username", "password"])
def test_half_a_login_is_none(half: str) -> None:
    with pytest.raises(ValueError, match="together"):
        mailer(25, **dict[str, Any]({half: "fieldfare"}))


def test_the_password_is_not_shown() -> None:
    settings = SmtpSettings(host="mail.test", sender_address="v@a.example", username="v", password="correct horse")

    assert "correct horse" not in repr(settings)


def assert_nothing_personal(text: str) -> None:
    for value in ("zoe", "zoë", "example", "mallory", "127.0.0.1", "localhost", "horse"):
        assert value not in text.lower()


async def _sent_to(conversation: Conversation, **settings: Any) -> None:
    async with conversing(conversation) as port:
        failed: MailError | None = None
        try:
            await mailer(port, **settings).send(MAIL)
        except MailError as error:
            failed = error
    if failed is not None:
        raise failed
