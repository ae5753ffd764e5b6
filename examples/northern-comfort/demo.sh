#!/bin/sh
# Run Northern Comfort as a service: a database of its own, the business with this week's calendar, server and worker
# in one process. Interrupt it (Ctrl-C) to stop all of it.
#
#   FIELDFARE       the command to run, `fieldfare` unless set
#   PYTHON          the Python that moves the calendar to this week, `python3` unless set
#   FIELDFARE_DATA  the folder of the database
#   FIELDFARE_PORT  the port to listen on, 8000 unless set
#   FIELDFARE_HOST_PAGE_PORT  the port of the site that embeds the page, the next one unless set
set -eu

fieldfare=${FIELDFARE:-fieldfare}
python=${PYTHON:-python3}
here=$(dirname "$0")

# The demonstration shall not write into a database that somebody works with.
unset DATABASE_URL DATABASE_OWNER_URL

"$fieldfare" migrate
"$python" "$here/living.py" | "$fieldfare" business import "$here/business.json" --commitments -


# An owner with a known password, for a demonstration that listens on this machine alone. Every later start finds them.
said=$(printf '%s\n' 'a long winter evening' | "$fieldfare" business create-owner northern-comfort \
    --email owner@example.com --name 'Kim Doe' --password-stdin 2>&1) || case $said in
    *'has this email already'*) ;;
    *) printf '%s\n' "$said" >&2; exit 1 ;;
esac

port=${FIELDFARE_PORT:-8000}
host_port=${FIELDFARE_HOST_PAGE_PORT:-$((port + 1))}
cat <<TEXT

The desk, where the office works; sign in as one of them, all with the password "a long winter evening":
  http://127.0.0.1:$port/desk
  owner@example.com, dispatcher@example.com, phone@example.com (books on the phone), amara@example.com (a technician)

The booking page, where customers book:
  http://127.0.0.1:$port/book/northern-comfort

The same on a site of another origin, which embeds it by one script tag:
  http://localhost:$host_port/

Three addresses to try there:
  an ordinary one      1225 Trafalgar Road, Oakville, ON L6H 0H3
  another zone         100 Regina Street South, Waterloo, ON N2J 4P9
  too far to drive     200 Brady Street, Sudbury, ON P3A 5P3

In a negative zone, the airport:
  curl -s http://127.0.0.1:$port/api/v1/northern-comfort/places \\
    -H 'Content-Type: application/json' -d '{"lat": 43.1705, "lng": -79.927, "postal_code": "L0R 1W0"}'

The life of a visit, from the address to the audit trail. Paste the lines into another shell, one step after the other:

TEXT
sed -e '1,/^$/d' -e "s|^API=[^;]*|API=http://127.0.0.1:$port/api/v1|" -e 's/^./  &/' "$here/journey.sh"
cat <<TEXT

Everything else: http://127.0.0.1:$port/openapi.json

TEXT
# Without the log of each request and task, the lines above stay in sight.
export FIELDFARE_LOG_LEVEL="${FIELDFARE_LOG_LEVEL:-warning}"
"$python" "$here/host_page.py" --port "$host_port" --fieldfare "http://127.0.0.1:$port" --until-parent-ends >/dev/null &
"$python" "$here/office.py" --fieldfare "http://127.0.0.1:$port" --until-parent-ends >/dev/null &
exec "$fieldfare" serve --with-worker
