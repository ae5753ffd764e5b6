"""Opportunities: one by its id, or the open ones of a stage, page by page."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.adapters.crms.ghl.calling import Caller
from fieldfare.adapters.crms.ghl.catalogue import Catalogue
from fieldfare.adapters.crms.ghl.contacts import value_of
from fieldfare.adapters.crms.ghl.moments import read_instant
from fieldfare.adapters.crms.ghl.operations import GET_OPPORTUNITY, SEARCH_OPPORTUNITIES
from fieldfare.adapters.crms.ghl.picking import Row, inner, listed, parts, text
from fieldfare.domain.clock import Clock
from fieldfare.ports.crm import CrmNotFoundError, CrmOpportunity

PAGE = 100
MOST_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunities:
    """The opportunities of one account."""

    caller: Caller
    catalogue: Catalogue
    account: str

    async def get(self, id_: str) -> CrmOpportunity | None:
        """Read an opportunity; one of another account is none."""
        try:
            body = await self.caller.call(GET_OPPORTUNITY, id_=id_)
        except CrmNotFoundError:
            return None
        row = inner(body, "opportunity")
        if not text(row, "id", "_id") or not self._ours(row):
            return None
        return _opportunity(row, await self.catalogue.clock())

    async def of_stage(self, *, pipeline: str, stage: str) -> tuple[CrmOpportunity, ...]:
        """List the open opportunities of a stage, each once however the pages shift meanwhile."""
        found: dict[str, CrmOpportunity] = {}
        asked = {"location_id": self.account, "pipeline_id": pipeline, "pipeline_stage_id": stage, "status": "open"}
        clock = await self.catalogue.clock()
        for page in range(1, MOST_PAGES + 1):
            params = {**asked, "limit": str(PAGE), "page": str(page)}
            rows = listed(await self.caller.call(SEARCH_OPPORTUNITIES, params=params), "opportunities")
            known = len(found)
            for row in rows:
                if text(row, "id", "_id") and self._ours(row):
                    found[text(row, "id", "_id")] = _opportunity(row, clock)
            if len(rows) < PAGE or len(found) == known:
                break
        # The index lags behind: what has left the stage since is left out.
        return tuple(one for one in found.values() if (one.pipeline, one.stage) == (pipeline, stage))

    def _ours(self, row: Row) -> bool:
        return text(row, "locationId") in {"", self.account}


def _opportunity(row: Row, clock: Clock) -> CrmOpportunity:
    return CrmOpportunity(
        id=text(row, "id", "_id"),
        name=text(row, "name"),
        pipeline=text(row, "pipelineId"),
        stage=text(row, "pipelineStageId"),
        status=text(row, "status"),
        contact=text(row, "contactId") or text(inner(row, "contact"), "id") or None,
        updated_at=read_instant(row.get("updatedAt") or row.get("dateUpdated"), clock),
        reached_at=read_instant(row.get("lastStageChangeAt"), clock),
        fields={text(part, "id"): value_of(part) for part in parts(row, "customFields") if text(part, "id")},
    )
