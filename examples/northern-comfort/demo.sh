#!/bin/sh
# Run Northern Comfort as a service: a database of its own, the business with this week's calendar, server and worker
# in one process. Interrupt it (Ctrl-C) to stop all of it.
#
#   FIELDFARE       the command to run, `fieldfare` unless set
#   PYTHON          the Python that moves the calendar to this week, `python3` unless set
#   FIELDFARE_DATA  the folder of the database
#   FIELDFARE_PORT  the port to listen on, 8000 unless set
set -eu

fieldfare=${FIELDFARE:-fieldfare}
python=${PYTHON:-python3}
here=$(dirname "$0")

# The demonstration shall not write into a database that somebody works with.
unset DATABASE_URL DATABASE_OWNER_URL

"$fieldfare" migrate
"$python" "$here/living.py" | "$fieldfare" business import "$here/business.json" --commitments -

port=${FIELDFARE_PORT:-8000}
cat <<TEXT

Three addresses to try:
  an ordinary one      1225 Trafalgar Road, Oakville, ON L6H 0H3
  another zone         100 Regina Street South, Waterloo, ON N2J 4P9
  too far to drive     200 Brady Street, Sudbury, ON P3A 5P3

  curl -s http://127.0.0.1:$port/api/v1/northern-comfort/places \\
    -H 'Content-Type: application/json' -d '{"address": "1225 Trafalgar Road, Oakville, ON L6H 0H3"}'

In a negative zone, the airport:
  curl -s http://127.0.0.1:$port/api/v1/northern-comfort/places \\
    -H 'Content-Type: application/json' -d '{"lat": 43.1705, "lng": -79.927, "postal_code": "L0R 1W0"}'

The calendar at a place:
  curl -s http://127.0.0.1:$port/api/v1/northern-comfort/availability -H 'Content-Type: application/json' \\
    -d '{"place": {"lat": 43.48955, "lng": -79.70841, "postal_code": "L6H 0H3"}, "product": "furnace-tune-up"}'

Everything else: http://127.0.0.1:$port/openapi.json

TEXT
exec "$fieldfare" serve --with-worker
