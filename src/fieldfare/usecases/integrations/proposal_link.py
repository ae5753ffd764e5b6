"""The link by which whom a proposal is for comes to the booking page, and finds filled in what is known of them.

Nothing personal stands in it: addresses of pages are kept in histories, in logs and by whatever a message passes
through. It names the proposal, and proves that it was made here.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from urllib.parse import urlencode, urljoin

from fieldfare.ports.bookings import LinkPurpose
from fieldfare.ports.integrations import UNSETTLED, Proposal
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.outward import Outward

_FILLED_IN = ("name", "email", "phone", "address", "postal_code")


def booking_link(outward: Outward, business: str, proposal: Proposal, *, secret: bytes) -> str:
    """Give the address of the booking page that fills in what is known."""
    # The page lies two steps above whatever a token opens.
    page = urljoin(outward.link(business, LinkPurpose.MANAGE, "-"), "..").rstrip("/")
    said_by = f"{proposal.id}.{_proof(proposal.id, secret=secret)}"
    return f"{page}?{urlencode({'product': proposal.product, 'proposal': said_by})}"


async def known_by(books: Books, token: str, *, secret: bytes) -> dict[str, str]:
    """Give what a link fills in: nothing once the proposal is settled, nor for a link that wasn't made here."""
    id_, _, proof = token.partition(".")
    if not hmac.compare_digest(proof.encode(errors="surrogatepass"), _proof(id_, secret=secret).encode()):
        return {}
    proposal = await books.integrations.proposals.find(id_)
    if proposal is None or proposal.state not in UNSETTLED:
        return {}
    return {key: proposal.said[key] for key in _FILLED_IN if proposal.said.get(key)}


def _proof(id_: str, *, secret: bytes) -> str:
    """Derive what nobody else can write for this proposal (HMAC, RFC 2104)."""
    derived = hmac.digest(secret, f"fieldfare proposal link {id_}".encode(errors="surrogatepass"), sha256)
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
