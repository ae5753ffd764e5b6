"""A company's own website, on an origin of its own, that takes bookings by Fieldfare with one script tag.

    python3 host_page.py                                       # beside `make demo`
    python3 host_page.py --fieldfare http://127.0.0.1:8000 --port 8001 --mode popup

The address shows the form that --mode names; /inline, /button and /popup show each of them. What the booking page tells
the site, such as that a visit was booked, appears in a list. Nothing on the site is written inline, and its content
security policy allows Fieldfare's script and frame and nothing else of another origin. Ctrl-C stops it.
"""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from parent import end_with_parent

MODES = ("inline", "button", "popup")
OPENER = '<p><button type="button" id="book" class="book">Book a visit</button></p>'
MARKS = {
    "inline": 'data-mode="inline"',
    "button": 'data-mode="button" data-label="Book a visit"',
    "popup": 'data-mode="popup" data-target="#book"',
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Northern Comfort Heating</title>
<link rel="stylesheet" href="/style.css">
<script src="/events.js" defer></script>
</head>
<body>
<header>
<p class="name">Northern Comfort Heating</p>
<nav aria-label="Ways to embed">{links}</nav>
</header>
<main>
<h1>A warm house, all winter long</h1>
<p>We look after furnaces, heat pumps and ducts in Halton, Hamilton and Waterloo. Four technicians, one office in
Oakville, and a price that you know before we come.</p>
<section aria-labelledby="booking">
<h2 id="booking">Book a visit</h2>
{opener}
<script async src="{fieldfare}/embed.js" data-business="{business}" data-brand="#0b5cad" {marks}></script>
</section>
<section aria-labelledby="hours">
<h2 id="hours">Opening hours</h2>
<table>
<tr><th scope="row">Monday to Friday</th><td>7:30 a.m. to 6 p.m.</td></tr>
<tr><th scope="row">Saturday, in winter</th><td>8 a.m. to noon</td></tr>
<tr><th scope="row">Sunday</th><td>closed</td></tr>
</table>
</section>
<section aria-labelledby="heard">
<h2 id="heard">What this page heard from the booking page</h2>
<ol id="events"></ol>
</section>
</main>
<footer><p>Northern Comfort Heating is invented.</p></footer>
</body>
</html>
"""

STYLE = """:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f6f3ee; color: #2b2622; font: 1rem/1.6 Georgia, serif; }
header { display: flex; flex-wrap: wrap; gap: .5rem 2rem; justify-content: space-between; align-items: baseline;
  background: #23313f; color: #fff; padding: 1rem max(1rem, calc(50% - 30rem)); }
header a { color: #fff; margin-inline-end: 1rem; }
.name { margin: 0; font-size: 1.25rem; font-weight: bold; }
main { max-width: 62rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 2rem; line-height: 1.2; margin-block: 1rem .5rem; }
h2 { font-size: 1.25rem; margin-block: 2rem .5rem; }
table { border-collapse: collapse; }
th, td { text-align: start; font-weight: normal; padding: .25rem 2rem .25rem 0; border-bottom: 1px solid #d8d0c4; }
.book { font: inherit; color: #fff; background: #0b5cad; border: 0; border-radius: .375rem; padding: .75rem 1.5rem;
  cursor: pointer; }
.book:focus-visible { outline: 3px solid #23313f; outline-offset: 3px; }
footer { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
"""

EVENTS = """for (const name of ["ready", "step", "held", "booked", "failed"]) {
  document.addEventListener(`fieldfare:${name}`, (event) => {
    const item = document.createElement("li");
    item.dataset.event = name;
    item.textContent = [name, ...Object.values(event.detail ?? {}).filter((value) => value !== name)].join(" ");
    document.getElementById("events").append(item);
  });
}
"""


def origin(text: str) -> str:
    """Read an address down to its port: what follows has no place in a policy."""
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise argparse.ArgumentTypeError(f"{text!r} is not an address such as http://127.0.0.1:8000")
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What the site shows."""

    fieldfare: str
    business: str
    mode: str

    @property
    def policy(self) -> str:
        """Write the site's own content security policy."""
        return (
            f"default-src 'none'; script-src 'self' {self.fieldfare}; style-src 'self'; frame-src {self.fieldfare}; "
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )

    def answer(self, path: str) -> tuple[str, str] | None:
        """Give the type and the text of what lies at a path."""
        if path == "/style.css":
            return "text/css", STYLE
        if path == "/events.js":
            return "text/javascript", EVENTS
        mode = self.mode if path == "/" else path.removeprefix("/")
        return ("text/html", self._page(mode)) if mode in MODES else None

    def _page(self, mode: str) -> str:
        links = "".join(f'<a href="/{each}"{" aria-current=page" * (each == mode)}>{each}</a>' for each in MODES)
        return PAGE.format(
            links=links,
            opener=OPENER if mode == "popup" else "",
            fieldfare=escape(self.fieldfare),
            business=escape(self.business),
            marks=MARKS[mode],
        )


def door(site: Site) -> type[BaseHTTPRequestHandler]:
    """Make what answers the requests."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.answer(urlsplit(self.path).path)
            kind, text = found or ("text/plain", "There is no such page.\n")
            content = text.encode()
            # No browser asks twice for an icon that is said to be absent.
            self.send_response(204 if self.path == "/favicon.ico" else 200 if found else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", "0" if self.path == "/favicon.ico" else str(len(content)))
            self.send_header("Content-Security-Policy", site.policy)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            if self.path != "/favicon.ico":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Door


def stop(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the program as a signal asks."""
    sys.exit(0)


def main() -> None:
    """Serve the site until a signal comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8001, help="the port to listen on, 0 for any free one")
    parser.add_argument("--fieldfare", type=origin, default="http://127.0.0.1:8000", help="where Fieldfare listens")
    parser.add_argument("--business", default="northern-comfort", help="whose booking page")
    parser.add_argument("--mode", choices=MODES, default="inline", help="how it is embedded")
    parser.add_argument("--until-parent-ends", action="store_true", help="end with the program that started this one")
    asked = parser.parse_args()
    if asked.until_parent_ends:
        end_with_parent()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    site = Site(fieldfare=asked.fieldfare, business=asked.business, mode=asked.mode)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", asked.port), door(site))
    except OSError as error:
        sys.exit(f"can't listen on 127.0.0.1, port {asked.port}: {error.strerror}")
    with server:
        print(f"The host page is at http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
