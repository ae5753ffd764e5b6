"""The sentences of the mails, by language and kind. Braces are filled with `str.format`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fieldfare.domain.customers import Language
from fieldfare.ports.customers import MessageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What a kind of mail says: `link` is what the customer can do behind the link."""

    subject: str
    heading: str
    intro: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """All that is said in a language."""

    colon: str
    greeting: str
    nameless: str
    when: str
    requested_time: str
    offered_time: str
    before: str
    expected: str
    until: str
    product: str
    technician: str
    address: str
    price: str
    reference: str
    reason: str
    change_until: str
    automatic: str
    sayings: Mapping[MessageKind, Saying]


_ENGLISH = Wording(
    colon=":",
    greeting="Hello {name},",
    nameless="Hello,",
    when="When",
    requested_time="Requested time",
    offered_time="Offered time",
    before="Before",
    expected="Expected arrival",
    until="Held for you until",
    product="Visit",
    technician="Technician",
    address="Address",
    price="Price",
    reference="Reference",
    reason="Reason",
    change_until="You can move or cancel the visit until {moment}.",
    automatic="{business} sent this email automatically.",
    sayings={
        MessageKind.CONFIRMED: Saying(
            subject="Your visit is booked: {moment} - {business}",
            heading="Your visit is booked",
            intro="We look forward to seeing you at the time below.",
            link="Move or cancel the visit",
        ),
        MessageKind.RESCHEDULED: Saying(
            subject="Your visit has been moved: {moment} - {business}",
            heading="Your visit has been moved",
            intro="Your visit now takes place at the time below. The earlier time no longer holds.",
            link="Move or cancel the visit",
        ),
        MessageKind.CANCELLED: Saying(
            subject="Your visit has been cancelled: {moment} - {business}",
            heading="Your visit has been cancelled",
            intro="The visit below won't take place.",
            link="See the visit",
        ),
        MessageKind.ESTIMATE_MOVED: Saying(
            subject="New arrival time for your visit: {estimate} - {business}",
            heading="Your technician's arrival time has changed",
            intro="The technician's day isn't going as planned. Your visit stands; only the arrival moves.",
            link="See the visit",
        ),
        MessageKind.OFFERED: Saying(
            subject="A time has become free: {moment} - {business}",
            heading="A time you wished for has become free",
            intro="We hold it for you until {until}. It isn't booked until you take it.",
            link="Take this time",
        ),
        MessageKind.REQUESTED: Saying(
            subject="We received your request: {moment} - {business}",
            heading="We received your request",
            intro="This visit isn't booked yet. We will write to you as soon as we know whether it can take place.",
            link="See the request",
        ),
    },
)

_FRENCH = Wording(
    colon="\N{NO-BREAK SPACE}:",
    greeting="Bonjour {name},",
    nameless="Bonjour,",
    when="Quand",
    requested_time="Moment demandé",
    offered_time="Moment offert",
    before="Auparavant",
    expected="Arrivée prévue",
    until="Réservé pour vous jusqu'au",
    product="Visite",
    technician="Technicien",
    address="Adresse",
    price="Prix",
    reference="Référence",
    reason="Motif",
    change_until="Vous pouvez déplacer ou annuler la visite jusqu'au {moment}.",
    automatic="{business} a envoyé ce courriel automatiquement.",
    sayings={
        MessageKind.CONFIRMED: Saying(
            subject="Votre visite est confirmée\N{NO-BREAK SPACE}: {moment} - {business}",
            heading="Votre visite est confirmée",
            intro="Au plaisir de vous voir au moment indiqué ci-dessous.",
            link="Déplacer ou annuler la visite",
        ),
        MessageKind.RESCHEDULED: Saying(
            subject="Votre visite a été déplacée\N{NO-BREAK SPACE}: {moment} - {business}",
            heading="Votre visite a été déplacée",
            intro="Votre visite a maintenant lieu au moment indiqué ci-dessous. L'ancien moment ne tient plus.",
            link="Déplacer ou annuler la visite",
        ),
        MessageKind.CANCELLED: Saying(
            subject="Votre visite a été annulée\N{NO-BREAK SPACE}: {moment} - {business}",
            heading="Votre visite a été annulée",
            intro="La visite ci-dessous n'aura pas lieu.",
            link="Voir la visite",
        ),
        MessageKind.ESTIMATE_MOVED: Saying(
            subject="Nouvelle heure d'arrivée pour votre visite\N{NO-BREAK SPACE}: {estimate} - {business}",
            heading="L'heure d'arrivée de votre technicien a changé",
            intro="La journée du technicien ne se déroule pas comme prévu. Votre visite est maintenue; seule l'arrivée "
            "est décalée.",
            link="Voir la visite",
        ),
        MessageKind.OFFERED: Saying(
            subject="Une place s'est libérée\N{NO-BREAK SPACE}: {moment} - {business}",
            heading="Un moment que vous souhaitiez s'est libéré",
            intro="Nous vous le réservons jusqu'au {until}. Il n'est pas confirmé tant que vous ne l'avez pas accepté.",
            link="Accepter ce moment",
        ),
        MessageKind.REQUESTED: Saying(
            subject="Nous avons reçu votre demande\N{NO-BREAK SPACE}: {moment} - {business}",
            heading="Nous avons reçu votre demande",
            intro="Cette visite n'est pas encore confirmée. Nous vous écrirons dès que nous saurons si elle peut avoir "
            "lieu.",
            link="Voir la demande",
        ),
    },
)

_WORDINGS = {Language.ENGLISH: _ENGLISH, Language.FRENCH: _FRENCH}


def wording_of(language: Language) -> Wording:
    """Give the sentences of a language."""
    return _WORDINGS[language]
