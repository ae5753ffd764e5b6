"""The addresses of the settings."""

from __future__ import annotations

from starlette.routing import Route

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.staff.configuration import LONGEST_DOCUMENT
from fieldfare.entrypoints.desk.asking import ROOT
from fieldfare.entrypoints.desk.pages import Route as Page
from fieldfare.entrypoints.desk.pages import page
from fieldfare.entrypoints.desk.settings import accounts, keys
from fieldfare.entrypoints.desk.settings.editing import answer_form, show_form
from fieldfare.entrypoints.desk.settings.forms import OWN
from fieldfare.entrypoints.desk.settings.listing import ask_to_delete, delete, index, list_records

_READ, _WRITE = Permission.CONFIGURATION_READ, Permission.CONFIGURATION_WRITE
_ACCOUNTS, _KEYS = Permission.ACCOUNTS_MANAGE, Permission.KEYS_MANAGE
_BOTH = ["GET", "POST"]


def settings_routes() -> list[Route]:
    """List the routes; those of words come before those of kinds."""
    root = f"{ROOT}/settings"
    return [
        Route(root, page(index, needs=_READ)),
        Route(
            f"{root}/accounts", page(accounts.show_accounts, needs=_ACCOUNTS, by_form=accounts.create), methods=_BOTH
        ),
        Route(
            f"{root}/accounts/{{account}}",
            page(accounts.show_account, needs=_ACCOUNTS, by_form=accounts.change),
            methods=_BOTH,
        ),
        Route(f"{root}/keys", page(keys.show_keys, needs=_KEYS, by_form=keys.create), methods=_BOTH),
        Route(f"{root}/keys/{{key}}/revoke", page(keys.ask_to_revoke, needs=_KEYS, by_form=keys.revoke), methods=_BOTH),
        *(Route(f"{root}/{own}", _form(), methods=_BOTH) for own in OWN),
        Route(f"{root}/{{kind}}", page(list_records, needs=_READ)),
        Route(f"{root}/{{kind}}/new", _form(reading=_WRITE), methods=_BOTH),
        Route(f"{root}/{{kind}}/{{id}}", _form(), methods=_BOTH),
        Route(
            f"{root}/{{kind}}/{{id}}/delete",
            page(ask_to_delete, needs=_WRITE, by_form=delete),
            methods=_BOTH,
        ),
    ]


def _form(*, reading: Permission = _READ) -> Page:
    """Make the function of a form: the desk gives each address its own."""
    return page(show_form, needs=reading, by_form=answer_form, form_needs=_WRITE, longest=LONGEST_DOCUMENT)
