"""Why something isn't done to a webhook."""

from __future__ import annotations

from typing import ClassVar


class UnknownWebhookError(LookupError):
    """The business has no such webhook, or no such delivery."""


class WebhookRefusedError(ValueError):
    """What was asked for a webhook can't be; the text says why, and never holds its address."""

    code: ClassVar[str] = "webhook_refused"


class WebhookDisabledError(Exception):
    """The webhook is disabled: nothing is sent to it until it is enabled."""

    code: ClassVar[str] = "webhook_disabled"
