"""The page that shows the simulated account to people, and the page on which an owner lets an app in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from itertools import chain

from fieldfare_ghl_sim import moments
from fieldfare_ghl_sim.page_forms import local_input
from fieldfare_ghl_sim.simulator import Simulator
from fieldfare_ghl_sim.world import Record

DAYS = 15
_CALLS = 25
_WEBHOOKS = 10
_STATUSES = ("new", "confirmed", "cancelled", "showed", "noshow", "invalid")
_SERVICE_STATUSES = ("new", "confirmed", "cancelled", "showed", "no_show", "invalid")


def overview(simulator: Simulator, wanted: str | None) -> str:
    """Write the page of one location."""
    world = simulator.world
    location = wanted if wanted in world.locations else next(iter(world.locations), None)
    if location is None:
        return _page("GoHighLevel simulator", "<p>No location yet.</p>")
    body = [
        _head(simulator, location),
        _diary(simulator, location),
        _adding(simulator, location),
        _opportunities(simulator, location),
        _contacts(simulator, location),
        _faults(simulator, location),
        _traffic(simulator),
    ]
    return _page(f"{world.locations[location]['name']} - GoHighLevel simulator", "".join(body))


def consent(simulator: Simulator, asked: Mapping[str, str]) -> str:
    """Write the page on which an owner chooses the account that an app may use."""
    kept = "".join(_hidden(name, asked.get(name, "")) for name in ("client_id", "redirect_uri", "scope", "state"))
    rows = simulator.world.locations.values()
    companies = {row["companyId"] for row in rows}
    options = [(row["id"], row["name"]) for row in rows] + [(company, f"Agency {company}") for company in companies]
    return _page(
        "Choose an account",
        f'<form method="post" action="/v2/oauth/chooselocation">{kept}'
        f"<label>Account {_select('account', options)}</label>"
        f"<p>The app asks for: {escape(asked.get('scope', 'everything'))}</p><button>Let the app in</button></form>",
    )


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/_sim/style.css"></head><body><main><h1>{escape(title)}</h1>{body}</main>'
        "</body></html>"
    )


def _head(simulator: Simulator, location: str) -> str:
    rows = simulator.world.locations
    zone = rows[location]["timezone"]
    now = moments.naive_text(simulator.clock(), zone)
    links = " ".join(f'<a href="/_sim/?location={escape(id_)}">{escape(row["name"])}</a>' for id_, row in rows.items())
    state = '<strong class="down">Nothing gets through: an outage is on.</strong>' if simulator.faults.is_down else ""
    again = f'<a href="/_sim/?location={escape(location)}">Look again</a>'
    return f"<p>{links}. It is {now} in {escape(zone)}. {again} {state}</p>"


def _diary(simulator: Simulator, location: str) -> str:
    """Show what takes time, by user and day."""
    world, zone = simulator.world, simulator.world.locations[location]["timezone"]
    first = moments.at_local(moments.local_day(simulator.clock(), zone), 0, zone)
    days: dict[str, dict[date, list[tuple[float, str]]]] = defaultdict(lambda: defaultdict(list))
    for who, item, kind in _entries(simulator, location):
        if first <= item["start"] < first + DAYS * moments.DAY:
            day = moments.local_day(item["start"], zone)
            days[who][day].append((item["start"], _entry(simulator, location, item, kind)))
    parts = []
    for user in [*world.users_of(location), {"id": "", "name": "Nobody in particular"}]:
        if user["id"] in days:
            inner = "".join(
                f"<h4>{day:%A %d %B}</h4><ul>{''.join(text for _, text in sorted(rows))}</ul>"
                for day, rows in sorted(days[user["id"]].items())
            )
            parts.append(f'<section class="user"><h3>{escape(user["name"])}</h3>{inner}</section>')
    return f'<section><h2>Calendars</h2><div class="users">{"".join(parts)}</div></section>'


def _entries(simulator: Simulator, location: str) -> Iterable[tuple[str, Record, str]]:
    appointments = ((row["assignedUserId"], row, "appointment") for row in simulator.appointments(location))
    blocks = ((row["assignedUserId"], row, "block") for row in simulator.blocks(location))
    services = (
        (leg["staff"], row | {"leg": leg}, "service")
        for row in simulator.service_bookings(location)
        for leg in row["legs"]
    )
    return chain(appointments, blocks, services)


def _entry(simulator: Simulator, location: str, item: Record, kind: str) -> str:
    zone = simulator.world.locations[location]["timezone"]
    status = item.get("appointmentStatus") or item.get("status") or "blocked"
    clock = f"{moments.naive_text(item['start'], zone)[11:16]}-{moments.naive_text(item['end'], zone)[11:16]}"
    where = item.get("address") or item.get("meetingLocation") or ""
    contact = simulator.world.contacts.get(item.get("contactId", ""), {}).get("name", "")
    kinds = {"service": "service booking"}
    told = (contact, where, kinds.get(kind, ""), status, item.get("description", ""))
    words = " · ".join(escape(part) for part in told if part)
    return (
        f'<li class="{kind} {escape(status)}"><b>{clock}</b> {escape(item["title"])}<br><small>{words}</small>'
        f'<details><summary aria-label="Edit {escape(item["title"])}">Edit</summary>'
        f"{_edit_form(simulator, location, item, kind)}</details></li>"
    )


def _edit_form(simulator: Simulator, location: str, item: Record, kind: str) -> str:
    zone = simulator.world.locations[location]["timezone"]
    keys = _hidden("location", location) + _hidden("id", item["id"])
    users = [("", "Unchanged"), *((user["id"], user["name"]) for user in simulator.world.users_of(location))]
    statuses = {"appointment": _STATUSES, "service": _SERVICE_STATUSES}.get(kind, ())
    choice = f"<label>Status {_select('status', [('', 'Unchanged'), *zip(statuses, statuses, strict=True)])}</label>"
    return (
        f'<form method="post" action="/_sim/do/edit">{keys}'
        f'<label>Title <input name="title" value="{escape(item["title"])}"></label>'
        f'<label>Start <input type="datetime-local" name="start" value="{local_input(item["start"], zone)}"></label>'
        f'<label>Minutes <input type="number" name="minutes" min="5" value="{int(item["end"] - item["start"]) // 60}">'
        f"</label><label>User {_select('user', users)}</label>{choice if statuses else ''}<button>Save</button></form>"
        f'<form method="post" action="/_sim/do/delete">{keys}<button>Delete</button></form>'
    )


def _adding(simulator: Simulator, location: str) -> str:
    world, zone = simulator.world, simulator.world.locations[location]["timezone"]
    tomorrow = local_input(simulator.clock() + moments.DAY, zone)
    users = [(row["id"], row["name"]) for row in world.users_of(location)]
    calendars = [(row["id"], row["name"]) for row in world.in_location(world.calendars, location)]
    people = [(row["id"], row.get("name", "")) for row in world.in_location(world.contacts, location)]
    when = (
        f'<label>Start <input type="datetime-local" name="start" required value="{tomorrow}"></label>'
        '<label>Minutes <input type="number" name="minutes" min="5" value="60" required></label>'
        '<label>Title <input name="title"></label>'
    )
    place = _hidden("location", location)
    return (
        "<section><h2>By hand</h2>"
        f'<form method="post" action="/_sim/do/add-appointment"><h3>New appointment</h3>{place}{when}'
        f"<label>Calendar {_select('calendar', calendars)}</label><label>Contact {_select('contact', people)}</label>"
        f"<label>User {_select('user', users)}</label><button>Add appointment</button></form>"
        f'<form method="post" action="/_sim/do/add-block"><h3>New blocked slot</h3>{place}{when}'
        f'<label>User {_select("user", users)}</label><label><input type="checkbox" name="full_day"> Full day</label>'
        "<button>Block time</button></form></section>"
    )


def _opportunities(simulator: Simulator, location: str) -> str:
    stages = {
        stage["id"]: stage["name"]
        for pipeline in simulator.world.in_location(simulator.world.pipelines, location)
        for stage in pipeline["stages"]
    }
    place = _hidden("location", location)
    rows = "".join(
        f"<li>{escape(row['name'])}: {escape(stages.get(row['pipelineStageId'], ''))}"
        f'<form method="post" action="/_sim/do/move-opportunity">{place}{_hidden("id", row["id"])}'
        f"<label>Stage {_select('stage', list(stages.items()))}</label><button>Move</button></form></li>"
        for row in simulator.opportunities(location)
    )
    return f"<section><h2>Opportunities</h2><ul>{rows}</ul></section>"


def _contacts(simulator: Simulator, location: str) -> str:
    parts = []
    for row in simulator.contacts(location):
        lines = [row.get("email"), row.get("phone"), row.get("address1"), ", ".join(row["tags"])]
        facts = " · ".join(escape(str(line)) for line in lines if line)
        values = "".join(f"<dt>{escape(key)}</dt><dd>{escape(str(value))}</dd>" for key, value in row["fields"].items())
        told = "".join(
            f"<li>{escape(note.get('title', ''))} {escape(note['body'])}</li>" for note in simulator.notes(row["id"])
        )
        parts.append(
            f"<li><b>{escape(row.get('name', ''))}</b><br><small>{facts}</small>"
            f"{f'<dl>{values}</dl>' if values else ''}{f'<ul>{told}</ul>' if told else ''}</li>"
        )
    return f'<section><h2>Contacts</h2><ul class="contacts">{"".join(parts)}</ul></section>'


def _faults(simulator: Simulator, location: str) -> str:
    place = _hidden("location", location)
    ordered = "".join(f"<li>{escape(repr(fault))}</li>" for fault in simulator.faults.ordered)
    turn = "false" if simulator.faults.is_down else "true"
    word = "End the outage" if simulator.faults.is_down else "Begin an outage"
    return (
        f"<section><h2>What goes wrong</h2><ul>{ordered}</ul>"
        f'<form method="post" action="/_sim/do/outage">{place}{_hidden("on", turn)}<button>{word}</button></form>'
        f'<form method="post" action="/_sim/do/add-fault">{place}'
        '<label>Requests <input name="match" value="POST /calendars/events/appointments"></label>'
        '<label>Status <input type="number" name="status" min="400" max="599"></label>'
        '<label>Seconds late <input type="number" name="slow" min="0" step="0.1"></label>'
        '<label>How often <input type="number" name="times" min="1"></label>'
        '<label><input type="checkbox" name="after_commit"> After the work is done</label>'
        '<label><input type="checkbox" name="drop"> No answer at all</label><button>Order it</button></form>'
        f'<form method="post" action="/_sim/do/clear-faults">{place}<button>Take all back</button></form>'
        f'<form method="post" action="/_sim/do/expire-tokens">{place}<button>Let OAuth tokens expire</button></form>'
        "</section>"
    )


def _traffic(simulator: Simulator) -> str:
    calls = "".join(
        f"<tr><td>{moments.utc_text(call.at)[11:19]}</td><td>{call.method} {escape(call.path)}</td>"
        f"<td>{call.status}</td></tr>"
        for call in reversed(simulator.calls[-_CALLS:])
    )
    waiting = "".join(f"<li>{escape(item.event)}</li>" for item in simulator.webhooks[-_WEBHOOKS:])
    goes = escape(simulator.webhook_url or "nowhere")
    return (
        "<section><h2>Last calls</h2><table><thead><tr><th>UTC</th><th>Request</th><th>Status</th></tr></thead>"
        f"<tbody>{calls}</tbody></table><h3>Webhooks on their way to {goes}</h3><ul>{waiting}</ul></section>"
    )


def _select(name: str, options: Iterable[tuple[str, str]]) -> str:
    inner = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options)
    return f'<select name="{name}">{inner}</select>'


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'
