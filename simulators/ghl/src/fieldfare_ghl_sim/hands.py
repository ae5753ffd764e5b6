"""The simulator's side for tests and people: to set up, to edit by hand, and to look at what is there."""

from __future__ import annotations

from fieldfare_ghl_sim.accounts import Accounts
from fieldfare_ghl_sim.by_hand import Editing, Making
from fieldfare_ghl_sim.webhooks import Delivery, is_loopback
from fieldfare_ghl_sim.world import Record


class Hands(Accounts, Making, Editing):
    """Everything that needs no request; moments are seconds since 1970."""

    def appointments(self, location: str, *, deleted: bool = False) -> list[Record]:
        """Give a location's appointments as they are kept, with `start` and `end` in seconds."""
        return self._kept(self.world.appointments, location, deleted=deleted)

    def blocks(self, location: str, *, deleted: bool = False) -> list[Record]:
        """Give a location's blocked slots as they are kept."""
        return self._kept(self.world.blocks, location, deleted=deleted)

    def service_bookings(self, location: str, *, deleted: bool = False) -> list[Record]:
        """Give a location's service bookings as they are kept, with their `legs`."""
        return self._kept(self.world.service_bookings, location, deleted=deleted)

    def contacts(self, location: str) -> list[Record]:
        """Give a location's contacts as they are kept, with `fields`: the values of custom fields by key."""
        keys = {row["id"]: row["fieldKey"] for row in self.world.in_location(self.world.fields, location)}
        return [
            dict(row) | {"fields": {keys.get(each["id"], each["id"]): each["value"] for each in row["customFields"]}}
            for row in self.world.in_location(self.world.contacts, location)
        ]

    def notes(self, contact: str) -> list[Record]:
        """Give a contact's notes, oldest first."""
        return [dict(note) for note in self.world.notes.values() if note["contactId"] == contact]

    def opportunities(self, location: str) -> list[Record]:
        """Give a location's opportunities."""
        return [dict(row) for row in self.world.in_location(self.world.opportunities, location)]

    @property
    def webhooks(self) -> list[Delivery]:
        """Give the messages that wait to be delivered; a test may take them out."""
        return self.outbox.pending

    @property
    def webhook_public_key_pem(self) -> str:
        """Give the test key by which messages are checked."""
        return self.keys.public_pem

    @property
    def webhook_old_public_key_pem(self) -> str:
        """Give the test key of the retiring signature."""
        return self.keys.old_public_pem

    def sign(self, body: bytes, *, old: bool = False) -> dict[str, str]:
        """Sign a body as the vendor does; gives the header."""
        return self.keys.sign(body, old=old)

    def deliver_webhooks_to(self, url: str | None) -> None:
        """Say where messages go; nowhere lets them wait. Only a listener on this machine gets any."""
        if url is not None and not is_loopback(url):
            raise ValueError("The simulator delivers webhooks to this machine only")
        self.webhook_url = url

    def take_webhooks(self) -> list[Delivery]:
        """Take the messages whose time has come, in the order in which they would arrive."""
        return self.outbox.due(self.clock())

    def replay(self, webhook_id: str | None = None) -> str:
        """Send a message once more that was made before, byte for byte: the last one, or that of a `webhookId`."""
        return self.outbox.replay(webhook_id)

    def _kept(self, kind: dict[str, Record], location: str, *, deleted: bool) -> list[Record]:
        return [dict(row) for row in self.world.in_location(kind, location) if deleted or not row["deleted"]]
