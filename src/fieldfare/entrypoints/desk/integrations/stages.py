"""Which stages of a pipeline mean that a visit is to be booked, of what, and how."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from fieldfare.domain.connections import StageMode, StageRule
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.integrations.steps import Refused, Seen, save, seen, show_step, standing
from fieldfare.entrypoints.desk.settings.typed import Typed

MODES: Mapping[StageMode, str] = {
    StageMode.BOOK: "Book the best slot at once",
    StageMode.LINK: "Send the customer a link with slots",
}


async def show_stages(asking: Asking) -> Response:
    """Show a line for each stage of each pipeline."""
    return _page(asking, await seen(asking, "opportunities"))


async def save_stages(asking: Asking) -> Response:
    """Save what each stage means."""
    known, typed = await seen(asking, "opportunities"), Typed.of(asking.pairs)
    if refused := known.refused(typed):
        return _page(asking, known, refused)
    modes, abouts = _saved(known)
    rules = []
    lacking = []
    for pipeline in known.options.pipelines:
        for stage in pipeline.stages:
            mode = standing(typed, f"mode.{stage.id}", modes.get(stage.id, ""))
            product = standing(typed, f"product.{stage.id}", abouts.get(stage.id, ""))
            if mode not in set(StageMode):
                continue
            if not product:
                lacking.append(f"{pipeline.name}, {stage.name}: choose what is booked.")
                continue
            rules.append(StageRule(pipeline=pipeline.id, stage=stage.id, mode=StageMode(mode), product=product))
    if lacking:
        return _page(asking, known, Refused(typed=typed, sentences=tuple(lacking), status=422))
    if refused := await save(asking, known, stages=tuple(rules)):
        return _page(asking, await seen(asking, "opportunities"), refused)
    return asking.go("settings", "ghl", "check", notice="saved")


def _page(asking: Asking, known: Seen, refused: Refused | None = None) -> Response:
    typed = refused.typed if refused else Typed()
    modes, abouts = _saved(known)
    stages = [stage.id for pipeline in known.options.pipelines for stage in pipeline.stages]
    return show_step(
        asking,
        "stages",
        known.connection,
        {
            "trouble": known.trouble,
            "pipelines": known.options.pipelines,
            "modes": MODES,
            "products": [(one.id, one.name or one.id) for one in asking.business.products if one.active],
            "mode": {id_: standing(typed, f"mode.{id_}", modes.get(id_, "")) for id_ in stages},
            "product": {id_: standing(typed, f"product.{id_}", abouts.get(id_, "")) for id_ in stages},
        },
        refused,
    )


def _saved(known: Seen) -> tuple[dict[str, str], dict[str, str]]:
    """Give what each chosen stage means, and the product that it is about."""
    rules = known.settings.stages
    return {rule.stage: rule.mode.value for rule in rules}, {rule.stage: rule.product for rule in rules}
