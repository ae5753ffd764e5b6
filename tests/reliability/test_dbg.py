import tests.servers as _s, sys as _sys
_s.COMMAND=(_sys.executable,"/tmp/dbgserver.py")
from tests.reliability.racing import *
from tests.reliability.test_races import WON
import pytest
def test_dbg(two_servers: Track) -> None:
    async def race(field: Field) -> None:
        for number in range(6):
            start = at(number * 60)
            async def ask(client, number, start=start):
                return await field.book(client, start, f"Other {number}" if number in {1, 2} else "Robin Doe")
            answers = await field.at_once(ask)
            for i,a in enumerate(answers):
                if a.status_code!=201: print(number,i,{k:v for k,v in a.json().items() if k in("rules","alternatives","code")})
    two_servers.run(racing_world(4), race)
    import pathlib
    for s in two_servers.servers: pass
    assert 0
