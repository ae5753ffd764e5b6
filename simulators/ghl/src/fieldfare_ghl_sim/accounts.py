"""How a location is set up: who may ask about it, and the users, calendars, services, fields and pipelines it has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from fieldfare_ghl_sim.held import Held
from fieldfare_ghl_sim.tokens import SCOPES, app_of
from fieldfare_ghl_sim.world import Record

COMPANY = "sim-company"
CLIENT_ID = "fieldfare-sim"
CLIENT_SECRET = "fieldfare-sim-secret"  # noqa: S105 - the simulator's own, known to everybody
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Access(Held):
    """Locations, and who may ask about them."""

    def add_location(
        self,
        id: str,
        name: str = "Simulated location",
        time_zone: str = "America/New_York",
        company: str = COMPANY,
        allow_duplicates: bool = False,
        **more: Any,
    ) -> str:
        """Add a location."""
        settings = {"allowDuplicateContact": allow_duplicates, "allowDuplicateOpportunity": False}
        self.world.locations[id] = {
            "id": id,
            "locationId": id,
            "companyId": company,
            "name": name,
            "timezone": time_zone,
            "address": "",
            "country": "US",
            "settings": settings,
            "services": False,
        } | more
        return id

    def add_token(self, token: str, location: str, scopes: Collection[str] | None = None) -> str:
        """Add a private integration's token; without scopes it has all."""
        company = self.world.locations[location]["companyId"]
        self.tokens.add_private(token, location=location, company=company, scopes=SCOPES if scopes is None else scopes)
        return token

    def set_scopes(self, token: str, scopes: Collection[str]) -> None:
        """Change what a private integration may do; its token stays the same."""
        self.tokens.tokens[token].scopes = frozenset(scopes)

    def rotate_token(self, old: str, new: str) -> str:
        """Give a private integration a new token; the old one works for seven days more."""
        self.tokens.rotate(old, new, now=self.clock())
        return new

    def revoke(self, token: str) -> None:
        """Take a token away at once."""
        self.tokens.tokens.pop(token, None)

    def expire_tokens(self) -> None:
        """Let all access tokens of OAuth run out; their refresh tokens stay."""
        self.tokens.expire(self.clock())

    def add_client(self, id: str = CLIENT_ID, secret: str = CLIENT_SECRET) -> tuple[str, str]:
        """Add an app of the marketplace."""
        self.tokens.clients[id] = secret
        return id, secret

    def issue_oauth_code(
        self,
        account: str,
        *,
        scopes: Collection[str] | None = None,
        client: str = CLIENT_ID,
        redirect_uri: str | None = None,
    ) -> str:
        """Give the code with which a browser would come back: of a location, or of an agency.

        One that was asked for with a `redirect_uri` is exchanged with no other.
        """
        self.tokens.clients.setdefault(client, CLIENT_SECRET)
        place = self.world.locations.get(account)
        return self.tokens.new_code(
            location=None if place is None else account,
            company=account if place is None else place["companyId"],
            scopes=SCOPES if scopes is None else scopes,
            now=self.clock(),
            client=client,
            redirect_uri=redirect_uri,
        )

    def uninstall(self, account: str, *, client: str = CLIENT_ID) -> None:
        """Take an app out of a location or an agency: its tokens end at once, and the app is told."""
        self.tokens.uninstall(client, account)
        of_location = account in self.world.locations
        told: Record = {"appId": app_of(client)} | ({} if of_location else {"companyId": account})
        self.outbox.emit("UNINSTALL", account if of_location else "", told)


class Accounts(Access):
    """What a location has."""

    def add_user(self, location: str, id: str, name: str = "", email: str = "", phone: str = "") -> str:
        """Add a user, with a weekly schedule from eight to six on weekdays; a known one gets one location more."""
        if id in self.world.users:
            self.world.users[id]["roles"]["locationIds"].append(location)
            return id
        first, _, last = (name or id).partition(" ")
        self.world.users[id] = {
            "id": id,
            "name": name or id,
            "firstName": first,
            "lastName": last,
            "email": email or f"{id}@example.com",
            "phone": phone,
            "roles": {"type": "account", "role": "user", "locationIds": [location]},
            "deleted": False,
            "company": self.world.locations[location]["companyId"],
        }
        intervals = [{"from": "08:00", "to": "18:00"}]
        rules = [{"type": "wday", "day": day, "intervals": list(intervals)} for day in _WEEK[:5]]
        self.set_schedule(location, id, rules)
        return id

    def set_schedule(self, location: str, user: str, rules: list[Record], calendars: Collection[str] = ()) -> str:
        """Set a user's weekly hours; on its calendars they count where a calendar has no hours of its own."""
        id_ = f"schedule-{user}"
        self.world.schedules[id_] = {
            "id": id_,
            "name": "Working hours",
            "locationId": location,
            "userId": user,
            "timezone": self.world.locations[location]["timezone"],
            "rules": rules,
            "calendarIds": list(calendars),
            "deleted": False,
            "added": self.clock(),
            "updated": self.clock(),
        }
        return id_

    def add_group(self, location: str, id: str, name: str = "") -> str:
        """Add a group of calendars."""
        group = {"id": id, "locationId": location, "name": name or id, "description": "", "slug": id, "isActive": True}
        self.world.groups[id] = group
        return id

    def add_calendar(
        self,
        location: str,
        id: str,
        name: str = "",
        kind: str = "round_robin",
        users: Sequence[str] = (),
        slot_minutes: int = 60,
        **more: Any,
    ) -> str:
        """Add a calendar; `more` takes the vendor's own keys, `openHours` or `autoConfirm` and the like.

        A personal calendar takes appointments of any length, as was seen; `anyDuration` says so for others.
        """
        calendar: Record = {
            "id": id,
            "locationId": location,
            "name": name or id,
            "calendarType": kind,
            "isActive": True,
        }
        calendar |= {"teamMembers": [{"userId": user, "priority": 0.5} for user in users], "slug": id}
        calendar |= {"slotDuration": slot_minutes, "slotDurationUnit": "mins", "autoConfirm": True}
        calendar |= {"slotInterval": slot_minutes, "slotIntervalUnit": "mins", "eventTitle": "{{contact.name}}"}
        calendar |= {"appoinmentPerSlot": 1, "anyDuration": kind == "personal"}
        self.world.calendars[id] = calendar | more
        for user in users:
            schedule = self.world.schedules.get(f"schedule-{user}")
            if schedule is not None:
                schedule["calendarIds"].append(id)
        return id

    def enable_services(self, location: str) -> None:
        """Switch the Services module on."""
        self.world.locations[location]["services"] = True

    def add_service(
        self,
        location: str,
        id: str,
        name: str = "",
        users: Sequence[str] = (),
        minutes: int = 60,
        **more: Any,
    ) -> str:
        """Add to the catalogue of Services."""
        service: Record = {"id": id, "locationId": location, "name": name or id, "slug": id, "isPrivate": False}
        service |= {
            "serviceDuration": minutes,
            "serviceDurationUnit": "mins",
            "staff": [{"id": user} for user in users],
        }
        self.world.services[id] = service | more
        return id

    def add_service_location(
        self,
        location: str,
        id: str,
        name: str = "",
        kind: str = "ask_booker",
        address: str = "",
    ) -> str:
        """Add a service location: the customer's place (`ask_booker`) or an address of the company's (`offline`)."""
        place: Record = {"id": id, "locationId": location, "name": name or id, "slug": id, "locationType": kind}
        place |= {"isActive": True, "isPrivate": False, "address": address, "phone": ""}
        self.world.service_locations[id] = place
        return id

    def add_field(self, location: str, key: str, name: str = "", model: str = "contact", kind: str = "TEXT") -> str:
        """Add a custom field by its key, `manage_link` or `contact.manage_link`; gives its id."""
        full = key if "." in key else f"{model}.{key}"
        id_ = self.world.new_id()
        position = len(self.world.in_location(self.world.fields, location))
        field: Record = {"id": id_, "locationId": location, "fieldKey": full, "name": name or key, "dataType": kind}
        self.world.fields[id_] = field | {"position": position, "model": full.partition(".")[0]}
        return id_

    def add_pipeline(self, location: str, id: str, name: str = "", stages: Iterable[tuple[str, str]] = ()) -> str:
        """Add a pipeline with its stages as pairs of id and name."""
        rows = [{"id": stage, "name": label, "position": at} for at, (stage, label) in enumerate(stages)]
        self.world.pipelines[id] = {"id": id, "locationId": location, "name": name or id, "stages": rows}
        return id
