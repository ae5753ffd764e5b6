"""What the CRM keeps is shown here and changed there."""

from __future__ import annotations

from fieldfare.domain.commitments import Commitment, CommitmentKind
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, STAFF, open_business

ID = "ghl.appointment:e1:"


def test_what_the_crm_keeps_is_read_only(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with whole.storage.open(BUSINESS) as books:
            start = books.moment + 86_400
            busy = Commitment(
                id=ID, technician="t1", kind=CommitmentKind.BUSY, start=start, end=start + 60, title="Busy"
            )
            await books.commitments.save([busy], source="ghl")
        async with await whole.key(BUSINESS) as client:
            shown = await client.get(f"{STAFF}/commitments/{ID}")
            assert shown.status_code == 200, shown.text
            document = shown.json()
            changed = {key: value for key, value in document.items() if key not in {"source", "version"}}
            refused = [
                await client.put(f"{STAFF}/commitments/{ID}", json=changed | {"title": "Mine"}),
                await client.delete(f"{STAFF}/commitments/{ID}"),
            ]
            assert [answer.status_code for answer in refused] == [409, 409], [answer.text for answer in refused]
            assert (await client.get(f"{STAFF}/commitments/{ID}")).json() == document
        async with whole.storage.open(BUSINESS) as books:
            kept = (await books.commitments.find([ID]))[ID]
            assert (kept.source, kept.version, kept.commitment.title) == ("ghl", 1, "Busy")

    on(database, work)
