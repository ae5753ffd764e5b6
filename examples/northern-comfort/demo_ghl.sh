#!/bin/sh
# Run Northern Comfort against a simulated GoHighLevel: the company's calendar, contacts and pipeline are there, and
# Fieldfare reads them, decides on them, and writes its bookings back. Interrupt it (Ctrl-C) to stop all of it.
#
#   FIELDFARE          the command to run, `fieldfare` unless set
#   FIELDFARE_GHL_SIM  the simulator, `fieldfare-ghl-sim` unless set
#   PYTHON             `python3` unless set
#   FIELDFARE_DATA     the folder of the database
#   FIELDFARE_PORT     the port to listen on, 8000 unless set
#   FIELDFARE_GHL_SIM_PORT  the port of the simulator, 8010 unless set
set -eu

fieldfare=${FIELDFARE:-fieldfare}
simulator=${FIELDFARE_GHL_SIM:-fieldfare-ghl-sim}
python=${PYTHON:-python3}
here=$(dirname "$0")
port=${FIELDFARE_PORT:-8000}
sim_port=${FIELDFARE_GHL_SIM_PORT:-8010}

# The demonstration shall not write into a database that somebody works with, nor to a real account.
unset DATABASE_URL DATABASE_OWNER_URL
export FIELDFARE_GHL_URL="http://127.0.0.1:$sim_port"

# The keys of the simulator's webhooks are made anew with each start, and taken over once it has its port: another one
# that listens there already keeps the key by which its webhooks are checked.
mkdir -p "$FIELDFARE_DATA"
key=$FIELDFARE_DATA/ghl-webhooks.pem
log=$FIELDFARE_DATA/ghl-sim.log
rm -f "$key.new"
"$simulator" --port "$sim_port" --world northern-comfort --public-key "$key.new" --until-parent-ends --state "$FIELDFARE_DATA/ghl-sim.json" \
    --webhooks "http://127.0.0.1:$port/api/v1/webhooks/ghl" >"$log" 2>&1 &
sim_pid=$!
tries=0
until [ -s "$key.new" ] && grep -q "listens on $FIELDFARE_GHL_URL" "$log"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$sim_pid" 2>/dev/null; then
        rm -f "$key.new"
        cat "$log" >&2
        echo "The simulator did not start. If something else has port $sim_port, set FIELDFARE_GHL_SIM_PORT to a free one." >&2
        exit 1
    fi
    sleep 0.2
done
mv "$key.new" "$key"
export FIELDFARE_GHL_WEBHOOK_KEYS="$key"

"$fieldfare" migrate
"$fieldfare" business import "$here/business.json"

# An owner with a known password, for a demonstration that listens on this machine alone. Every later start finds them.
said=$(printf '%s\n' 'a long winter evening' | "$fieldfare" business create-owner northern-comfort \
    --email owner@example.com --name 'Kim Doe' --password-stdin 2>&1) || case $said in
    *'has this email already'*) ;;
    *) printf '%s\n' "$said" >&2; exit 1 ;;
esac
printf '%s\n' pit-northern-comfort | "$fieldfare" connect ghl --location loc-northern-comfort --token-stdin \
    --settings "$here/ghl.toml"

cat <<TEXT

Two sides, side by side in two windows:

  The desk, where the office works (owner@example.com, "a long winter evening"):
    http://127.0.0.1:$port/desk/board          the day, with what stands in GoHighLevel
    http://127.0.0.1:$port/desk/crm            what waits and what went wrong
    http://127.0.0.1:$port/desk/crm/conflicts  what can't stand beside a visit of ours
    http://127.0.0.1:$port/desk/crm/proposals  what the pipeline asks for

  The other side, a simulated GoHighLevel, where people edit by hand:
    http://127.0.0.1:$sim_port/_sim/

The booking page: a visit that is booked there stands in GoHighLevel a moment later:
  http://127.0.0.1:$port/book/northern-comfort

What to look at: a moment after the start people there have moved three leads, blocked time in which a visit stands, and
put an appointment that ends before it starts. The desk shows a conflict, the proposals (one is booked, one was sent,
one waits for an address), and the entry that makes no sense.

Things to try: move or delete a visit on the other side and look at the board; order an outage there, book, and see
what waits at the desk; move the lead "Furnace tune-up before winter" to "Book now".

TEXT
export FIELDFARE_LOG_LEVEL="${FIELDFARE_LOG_LEVEL:-warning}"
"$python" "$here/living_ghl.py" --simulator "$FIELDFARE_GHL_URL" --fieldfare "http://127.0.0.1:$port" >/dev/null 2>>"$log" &
exec "$fieldfare" serve --with-worker
