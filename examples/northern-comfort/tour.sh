#!/bin/sh
# Ask Northern Comfort for an appointment at three addresses, and print what Fieldfare answers.
#
#   FIELDFARE  the command to run, `fieldfare` unless set
#   PYTHON     the Python that assembles the variants, `python3` unless set
set -eu

fieldfare=${FIELDFARE:-fieldfare}
python=${PYTHON:-python3}
here=$(dirname "$0")

heading() {
    printf '\n== %s\n\n' "$1"
}

slots() { # slots SCENARIO [OPTION...]
    scenario=$1
    shift
    "$fieldfare" slots "$here/scenarios/$scenario.json" --format table "$@"
}

variant() { # variant REQUEST [OPTION OF assemble.py...], the scenario goes to standard output
    "$python" "$here/assemble.py" "$@"
}

why() { # why SCENARIO TECHNICIAN START
    "$fieldfare" explain "$here/scenarios/$1.json" --technician "$2" --start "$3"
}

heading 'An ordinary address: a furnace tune-up in the north of Oakville, thirty days ahead'
slots ordinary

heading 'The same address, this week only, with the reasons for what is not offered'
variant ordinary --days 5 | "$fieldfare" slots - --format table --explain

heading 'Why not Amara on Thursday at 15:00? Her visit before ends just then, and she needs a quarter of an hour'
why ordinary amara 2026-11-26T15:00:00-05:00

heading 'Why not Amara on Tuesday at 15:00? Her afternoon belongs to Halton Hills'
why ordinary amara 2026-11-24T15:00:00-05:00

heading 'The same address, for a rooftop unit: it needs the one scissor lift, and people who work at heights'
variant ordinary --days 12 --product rooftop-unit | "$fieldfare" slots - --format table --explain

heading 'A negative zone: an address at Hamilton airport'
slots negative

heading 'Far away: Sudbury falls to the default zone, and nobody can drive there in time'
slots far-away

heading 'Why not Amara on Wednesday at 09:00? The drive from the depot does not fit into her morning'
why far-away amara 2026-11-25T09:00:00-05:00

heading 'Out of area: the same address in Sudbury, at a business without a default zone'
slots out-of-area
