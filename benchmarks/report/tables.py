"""One table for each thing that was measured."""

from __future__ import annotations

from benchmarks.report.figures import Figures
from benchmarks.report.writing import count, ratio, seconds, share, size, table


def worlds_table(figures: Figures) -> str:
    """Say what the seeded worlds hold."""
    rows = []
    for people in figures.sizes("map"):
        noted = figures.the("map", technicians=people).noted
        rows.append(
            (
                count(people),
                count(noted["commitments"]),
                count(noted["gaps"]),
                share(noted["closed"]),
                share(noted["full"]),
                count(noted["slots"]),
                count(noted["options"]),
            )
        )
    heads = ("technicians", "commitments", "gaps", "blocks locked to others", "full weeks", "slots", "options")
    return table(heads, rows)


def map_table(figures: Figures) -> str:
    """Say how long the map takes: bare, with its options listed, and with reasons."""
    rows = []
    for people in figures.sizes("map"):
        bare, listed, explained = (figures.the(group, technicians=people) for group in ("map", "listed", "explained"))
        rows.append(
            (
                count(people),
                seconds(bare.seconds),
                seconds(listed.seconds),
                seconds(explained.seconds),
                ratio(explained.seconds / listed.seconds),
                size(bare.noted["peak"]),
                size(explained.noted["peak"]),
            )
        )
    heads = ("technicians", "map", "options listed", "with reasons", "of the map", "peak memory", "with reasons")
    return table(heads, rows)


def growth_table(figures: Figures) -> str:
    """Say what a doubling of the fleet costs."""
    rows = []
    before = None
    for people in figures.sizes("growth"):
        here = figures.the("growth", technicians=people)
        rows.append(
            (
                count(people),
                seconds(here.seconds),
                ratio(here.seconds / before.seconds) if before else "",
                size(here.noted["peak"]),
                ratio(here.noted["peak"] / before.noted["peak"]) if before else "",
            )
        )
        before = here
    return table(("technicians", "map", "for the doubling", "peak memory", "for the doubling"), rows)


def contest_table(figures: Figures) -> str:
    """Say how the plain loops fare."""
    rows = []
    for people in figures.sizes("contest"):
        engine = figures.the("contest", technicians=people, contestant="engine").seconds
        row = [count(people), seconds(engine)]
        for loop in ("rewalk", "neighbours", "skipping"):
            took = figures.the("contest", technicians=people, contestant=loop).seconds
            row += [seconds(took), ratio(took / engine)]
        rows.append(row)
    heads = (
        "technicians",
        "engine",
        "re-walks the day",
        "",
        "looks at the neighbours",
        "",
        "skips weeks and blocks",
        "",
    )
    return table(heads, rows)


def solvers_table(figures: Figures) -> str:
    """Say how the solvers fare."""
    rows = []
    for people in figures.sizes("solvers"):
        engine = figures.the("solvers", technicians=people, contestant="engine")
        row = [count(people), count(engine.noted["days"]), count(engine.noted["with_room"]), seconds(engine.seconds)]
        for solver in ("vroom_insert", "ortools_insert"):
            took = figures.the("solvers", technicians=people, contestant=solver).seconds
            row += [seconds(took), ratio(took / engine.seconds)]
        rows.append(row)
    return table(("technicians", "technician-days", "with room", "engine", "VROOM", "", "OR-Tools", ""), rows)


def boundaries_table(figures: Figures) -> str:
    """Say what finding a place's boundaries costs."""
    rows = []
    for polygons in figures.sizes("boundaries", "polygons"):
        index, scan = (figures.the(group, polygons=polygons) for group in ("boundaries", "boundary scan"))
        place, scanned = (one.seconds / int(one.noted["places"]) for one in (index, scan))
        building = figures.the("boundary building", polygons=polygons).seconds
        matches = f"{index.noted['matches']:.2f}"
        rows.append(
            (count(polygons), matches, seconds(place), seconds(scanned), ratio(scanned / place), seconds(building))
        )
    heads = ("polygons", "matches a place", "index, a place", "scan, a place", "", "building the index")
    return table(heads, rows)


def scenarios_table(figures: Figures) -> str:
    """Say what it costs to come from a scenario's text to a problem."""
    rows = []
    for people in figures.sizes("reading"):
        reading, building = (figures.the(group, technicians=people) for group in ("reading", "problem"))
        rows.append(
            (
                count(people),
                count(building.noted["commitments"]),
                size(reading.noted["bytes"]),
                seconds(reading.seconds),
                seconds(building.seconds),
            )
        )
    heads = ("technicians", "commitments", "text", "reading and checking", "building the `Problem`")
    return table(heads, rows)


def batch_table(figures: Figures) -> str:
    """Say how many scenarios a second `--batch` answers."""
    start = next(figure.seconds for figure in figures.of("batch", lines=0))
    rows = [("nothing: starting and stopping", "", seconds(start), "")]
    for figure in figures.of("batch"):
        lines = int(figure.noted["lines"])
        if lines:
            a_line = (figure.seconds - start) / lines
            rows.append((figure.noted["of"], count(lines), seconds(figure.seconds), f"{1 / a_line:,.0f} a second"))
    return table(("scenarios of", "lines", "whole run", "once started"), rows)


def steps_table(figures: Figures) -> str:
    """Say where the time of a map goes, rule by rule."""
    people = figures.sizes("steps")
    columns = [figures.the("steps", technicians=size_) for size_ in people]
    names = sorted(columns[0].noted["steps"], key=lambda name: -columns[-1].noted["steps"][name])
    rows = [
        (f"`{name}`", *(share(column.noted["steps"][name] / column.seconds) for column in columns)) for name in names
    ]
    rest = ["all else", *(share(1 - sum(column.noted["steps"].values()) / column.seconds) for column in columns)]
    return table(("step", *(count(size_) for size_ in people)), [*rows, rest])


def floor_table(figures: Figures) -> str:
    """Set the map beside one pass over the gaps, and beside reading the gaps' columns once from memory."""
    bandwidth = figures.the("bandwidth")
    bytes_a_second = bandwidth.noted["bytes"] / bandwidth.seconds
    rows = []
    for people in figures.sizes("floor"):
        whole, one_pass = (figures.the(group, technicians=people) for group in ("map", "floor"))
        reading = whole.noted["gap_bytes"] / bytes_a_second
        rows.append(
            (
                count(people),
                size(whole.noted["gap_bytes"]),
                seconds(reading),
                seconds(one_pass.seconds),
                seconds(whole.seconds),
                ratio(whole.seconds / one_pass.seconds),
            )
        )
    heads = (
        "technicians",
        "all columns of the gaps",
        f"reading them once at {size(bytes_a_second)}/s",
        "one comparison over the gaps",
        "map",
        "map / comparison",
    )
    return table(heads, rows)


def refresh_table(figures: Figures) -> str:
    """Say what a refresh costs beside a whole map."""
    rows = []
    for people in figures.sizes("refresh"):
        groups = ("map", "refresh", "laid and refreshed", "later")
        whole, refresh, laid, later = (figures.the(group, technicians=people).seconds for group in groups)
        rows.append(
            (
                count(people),
                seconds(whole),
                seconds(refresh),
                ratio(refresh / whole),
                seconds(laid),
                ratio(laid / whole),
                seconds(later),
                ratio(later / whole),
            )
        )
    heads = ("technicians", "whole map", "refresh", "", "laid out and refreshed", "", "half an hour later", "")
    return table(heads, rows)
