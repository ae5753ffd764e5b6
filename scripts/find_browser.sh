#!/bin/sh
# Find a Chromium for the browser tests; where there is none, install Debian's or Ubuntu's if that is possible here.
# It always succeeds: without a browser those tests are skipped, or fail where CI=true, and say the same as this.
set -u

found() {
    [ -n "${FIELDFARE_CHROMIUM:-}" ] && [ -x "$FIELDFARE_CHROMIUM" ] && return 0
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" >/dev/null 2>&1 && return 0
    done
    for browser in "${PLAYWRIGHT_BROWSERS_PATH:-${HOME:-/root}/.cache/ms-playwright}"/chromium-*/chrome-*/chrome; do
        [ -x "$browser" ] && return 0
    done
    return 1
}

install() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "No browser for the tests of the booking page: installing chromium." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 && return 0
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null
}

found || { install && found; } && exit 0
cat >&2 <<'TEXT'
==================================================================================================
There is no Chromium on this machine: THE BROWSER TESTS OF THE BOOKING PAGE WILL NOT RUN.
On Debian and Ubuntu:  sudo apt install chromium
Elsewhere: install Chromium or Chrome, or name one:  FIELDFARE_CHROMIUM=/path/to/chrome make test
==================================================================================================
TEXT
exit 0
