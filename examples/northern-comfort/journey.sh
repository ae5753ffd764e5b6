# The life of a visit in curl: what `make demo` prints, to paste line by line into bash or zsh.
# Each line may need what a line before it has set. `get` shows an answer, and gives the first value of a name in it.

# 1. Set up, once
API=http://127.0.0.1:${FIELDFARE_PORT:-8000}/api/v1; B=$API/northern-comfort; J='Content-Type: application/json'
PLACE='{"lat": 43.48955, "lng": -79.70841, "postal_code": "L6H 0H3"}'
ROBIN='{"name": "Robin Doe", "email": "robin@example.com", "phone": "(905) 555-0134"}'
AT='{"street": "1225 Trafalgar Road", "city": "Oakville", "province": "ON", "postal_code": "L6H 0H3"}'
get() { A=$(cat); printf '%.2000s\n' "$A" >&2; printf %s "$A" | grep -o "\"$1\":\"[^\"]*" | sed -n "${2:-1}s/.*\"//p"; }

# 2. What is sold at an address, and for how much
curl -sw '\n' "$B/places" -H "$J" -d '{"address": "1225 Trafalgar Road, Oakville, ON L6H 0H3"}'

# 3. When somebody can come: the twentieth start from now becomes START
START=$(curl -s "$B/availability" -H "$J" -d "{\"place\": $PLACE, \"product\": \"furnace-tune-up\"}" | get start 20)

# 4. Hold it for ten minutes
HOLD=$(curl -s "$B/holds" -H "$J" \
  -d "{\"place\": $PLACE, \"product\": \"furnace-tune-up\", \"start\": \"$START\"}" | get token)

# 5. Book it
LINK=$(curl -s "$B/bookings" -H "$J" -d "{\"hold\": \"$HOLD\", \"customer\": $ROBIN, \"address\": $AT}" | get manage_url)

# 6. Follow the manage link that the customer gets
curl -sw '\n' "$LINK"

# 7. Which other times there are
OTHER=$(curl -s "$LINK/availability" | get start 40)

# 8. Move the visit
curl -sw '\n' "$LINK/reschedule" -H "$J" -d "{\"start\": \"$OTHER\"}"

# 9. Cancel it
curl -sw '\n' "$LINK/cancel" -H "$J" -d '{"reason": "We are away that day."}'

# 10. Wait for a time between the two
curl -sw '\n' "$B/waitlist" -H "$J" -d "{\"place\": $PLACE, \"product\": \"furnace-tune-up\", \"customer\": $ROBIN,
  \"wishes\": [{\"from\": \"$START\", \"to\": \"$OTHER\"}]}"

# 11. At the desk: sign in as the owner
JAR=$(mktemp); S=$API/staff
curl -sw '\n' -c "$JAR" "$S/sessions" -H "$J" -d '{"email": "owner@example.com", "password": "a long winter evening"}'

# 12. List visits, the one that was cancelled among them
curl -sw '\n' -b "$JAR" "$S/bookings?status=confirmed&status=cancelled&limit=5"

# 13. Book for somebody who calls
ID=$(curl -s -b "$JAR" "$S/bookings" -H "$J" -d "{\"place\": $PLACE, \"product\": \"furnace-tune-up\",
  \"start\": \"$START\", \"customer\": {\"name\": \"Alex Roe\", \"phone\": \"(905) 555-0177\"}, \"address\": $AT}" | get id)

# 14. See who goes
WHO=$(curl -s -b "$JAR" "$S/bookings/$ID" | get technician)

# 15. Ask for six in the morning: the answer lists the rules that this would break
curl -sw '\n' -b "$JAR" "$S/bookings/$ID/reschedule" -H "$J" \
  -d "{\"start\": \"${START%T*}T06:00:00\", \"technician\": \"$WHO\"}"

# 16. Override them, with a reason
curl -sw '\n' -b "$JAR" "$S/bookings/$ID/reschedule" -H "$J" -d "{\"start\": \"${START%T*}T06:00:00\",
  \"technician\": \"$WHO\", \"override\": {\"reason\": \"No heat since last night, and the drive is agreed.\"}}"

# 17. The time that became free is offered to the one who waits, and held for two hours
sleep 5; curl -sw '\n' -b "$JAR" "$S/waitlist"

# 18. The technician is on the way
curl -sw '\n' -b "$JAR" "$S/bookings/$ID/steps" -H "$J" -d '{"step": "en_route"}'

# 19. That was a mistake: take the step back
curl -sw '\n' -b "$JAR" -X POST "$S/bookings/$ID/undo"

# 20. The customer calls again: cancel for them
curl -sw '\n' -b "$JAR" "$S/bookings/$ID/cancel" -H "$J" -d '{"reason": "The heat is back."}'

# 21. What the desk has to tell customers, as no mail server is set
curl -sw '\n' -b "$JAR" "$S/messages?status=unsent&limit=5"

# 22. Who changed what, and why
curl -sw '\n' -b "$JAR" "$S/audit?subject=bookings&limit=6"
