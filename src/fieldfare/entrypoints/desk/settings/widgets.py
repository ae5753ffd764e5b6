"""How single values of a document are shown in a form, and read from what was typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from fieldfare.entrypoints.desk.settings.figures import clock_text, number_of, number_text
from fieldfare.entrypoints.desk.settings.typed import Typed, one_kind_of_line_end


class Fault(ValueError):
    """What was typed can't be read: where below the field (a path, empty for the field itself), and why."""

    def __init__(self, message: str, at: str = "") -> None:
        """Keep the two apart."""
        super().__init__(message)
        self.message = message
        self.at = at


class Absent:
    """Stands for a key that the document doesn't have: its default counts."""

    def __bool__(self) -> bool:
        """Nothing is there."""
        return False


ABSENT = Absent()

_AMOUNT = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})")
"""More digits than any amount has, and few enough that none of them is rounded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Something to choose: its value, how it is called, and a note such as `inactive`."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be chosen in the forms of a business, by subject, and how it writes money."""

    digits: int
    currency: str
    options: Mapping[str, Sequence[Option]]

    def of(self, subject: str) -> Sequence[Option]:
        """List what can be chosen of a subject."""
        return self.options.get(subject, ())


class Widget(Protocol):
    """Shows a value, and reads it. Names are relative to the field's: the empty one is the field itself.

    A `group` is several controls with one legend, and no label of its own.
    """

    kind: ClassVar[str]
    group: ClassVar[bool]

    def write(self, value: Any, choices: Choices) -> Typed:
        """Give what the browser would send for a value."""
        ...

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:
        """Read what was sent; raises `Fault`. `before` is the value as it was, whose unknown parts stay."""
        ...


def single(text: str) -> Typed:
    """Give the one value of a field."""
    return Typed({"": (text,)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text; with `nullable` an empty one is null. `long` gives it several lines."""

    kind: ClassVar[str] = "text"
    group: ClassVar[bool] = False
    long: bool = False
    nullable: bool = False
    type: str = "text"
    required: bool = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002 - as every widget
        """Show it; one line holds no line ends, as browsers have it."""
        text = one_kind_of_line_end(str(value or ""))
        return single(text if self.long else text.replace("\n", ""))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it, without spaces around it."""
        return typed.one() or (None if self.nullable else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number with its unit. An empty field leaves the key out, or is null with `nullable`."""

    kind: ClassVar[str] = "number"
    group: ClassVar[bool] = False
    unit: str = ""
    nullable: bool = False
    required: bool = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        return single("" if value is None or value is ABSENT else number_text(value))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it; what is no number stays a text, which the check of the document refuses in its own words."""
        text = typed.one()
        if not text:
            return None if self.nullable else ABSENT
        return number_of(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount, shown in the currency's major units and kept in minor ones."""

    kind: ClassVar[str] = "money"
    group: ClassVar[bool] = False
    nullable: bool = False
    required: bool = False

    def write(self, value: Any, choices: Choices) -> Typed:
        """Show it."""
        if not isinstance(value, int):
            return single("" if value is None or value is ABSENT else str(value))
        return single(f"{Decimal(value).scaleb(-choices.digits):.{choices.digits}f}")

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it; a comma before the last one or two digits is a decimal point, too."""
        text = re.sub(r"[\s$\N{NO-BREAK SPACE}]", "", typed.one())
        if not text:
            return None if self.nullable else ABSENT
        text = re.sub(r",(?=\d{1,2}$)", ".", text) if "." not in text else text
        text = re.sub(r",(?=\d{3}(\D|$))", "", text)
        if not _AMOUNT.fullmatch(text):
            raise Fault(f"is not an amount, such as {'149.00' if choices.digits else '149'}")
        amount = Decimal(text).scaleb(choices.digits)
        if amount != amount.to_integral_value():
            raise Fault(f"has more decimals than {choices.currency} has")
        return int(amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Yes or no."""

    kind: ClassVar[str] = "check"
    group: ClassVar[bool] = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Tick it, or don't."""
        return single("yes") if value is True else Typed()

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read whether it is ticked."""
        return typed.one() == "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """One of several, of a list by its `subject` or of fixed `options`. `nobody` is what null is called."""

    kind: ClassVar[str] = "select"
    group: ClassVar[bool] = False
    subject: str = ""
    options: tuple[Option, ...] = ()
    nobody: str | None = None
    required: bool = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        return single("" if value is None or value is ABSENT else str(value))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it."""
        text = typed.one()
        if not text:
            return None if self.nobody is not None else ABSENT
        return text

    def offered(self, typed: Typed, choices: Choices) -> list[Option]:
        """List what can be chosen, and what is chosen although it can't be."""
        known = [*self.options, *choices.of(self.subject)]
        text = typed.one()
        if text and all(option.value != text for option in known):
            known.append(Option(value=text, label=text, note="not there"))
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Any of several. With `more`, others can be written below, one a line."""

    kind: ClassVar[str] = "several"
    group: ClassVar[bool] = True
    subject: str
    more: str = ""

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Tick them, in their order."""
        chosen = tuple(one_kind_of_line_end(str(one)) for one in value or ())
        return Typed({"": chosen} if chosen else {})

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read them, each once, in the order of the form."""
        written = [line.strip() for line in typed.one("more").split("\n")]
        return list(dict.fromkeys([*typed.all(), *(line for line in written if line)]))

    def chosen(self, typed: Typed) -> frozenset[str]:
        """Give what is ticked."""
        return frozenset(typed.all())

    def offered(self, typed: Typed, choices: Choices) -> list[Option]:
        """List what can be chosen: what is chosen stands first, in its order, for the order is part of the document."""
        known = {option.value: option for option in choices.of(self.subject)}
        chosen = list(dict.fromkeys(typed.all()))
        first = [known.pop(value, Option(value=value, label=value)) for value in chosen]
        return [*first, *known.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """A list of texts, one a line."""

    kind: ClassVar[str] = "lines"
    group: ClassVar[bool] = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show them."""
        return single("\n".join(one_kind_of_line_end(str(one)) for one in value or ()))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read the lines that say something."""
        return [line.strip() for line in typed.raw().split("\n") if line.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date, or none."""

    kind: ClassVar[str] = "day"
    group: ClassVar[bool] = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        return single(str(value or ""))

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it."""
        return typed.one() or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Splitting:
    """A list in one line, taken apart at commas and spaces: clock times."""

    kind: ClassVar[str] = "text"
    group: ClassVar[bool] = False
    long: ClassVar[bool] = False
    type: ClassVar[str] = "text"
    required: ClassVar[bool] = False

    def write(self, value: Any, choices: Choices) -> Typed:  # noqa: ARG002
        """Show it."""
        return single(", ".join(str(one) for one in value) if isinstance(value, list) else "")

    def read(self, typed: Typed, before: Any, choices: Choices) -> Any:  # noqa: ARG002
        """Read it; an empty one leaves the key out."""
        found = [clock_text(part) for part in re.split(r"[,;\s]+", typed.one()) if part]
        return found or ABSENT
