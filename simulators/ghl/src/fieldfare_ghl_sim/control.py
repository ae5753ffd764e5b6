"""The simulator's own paths under /_sim/: its switches as JSON, and its pages for people."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import asdict, fields, is_dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from fieldfare_ghl_sim import page, page_forms
from fieldfare_ghl_sim.faults import Fault, WebhookFaults
from fieldfare_ghl_sim.hands import Hands
from fieldfare_ghl_sim.simulator import Call, Simulator

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'"
_SEE_OTHER = 303
_LAST_CALLS = 200


def pages(simulator: Simulator) -> Starlette:
    """Make the application of the simulator's own paths."""

    async def show(request: Request) -> Response:
        with simulator.lock:
            text = page.overview(simulator, request.query_params.get("location"))
        return HTMLResponse(text, headers={"Content-Security-Policy": POLICY})

    async def act(request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        with simulator.lock:
            location = page_forms.do(simulator, request.path_params["what"], form)
        return RedirectResponse(f"/_sim/?{urlencode({'location': location})}", status_code=_SEE_OTHER)

    async def style(_: Request) -> Response:
        text = files("fieldfare_ghl_sim").joinpath("sim.css").read_text(encoding="utf-8")
        return Response(text, media_type="text/css")

    async def ask(request: Request) -> Response:
        raw = await request.body()
        with simulator.lock:
            return _asked(simulator, request.path_params["what"], orjson.loads(raw) if raw else {})

    async def consent(request: Request) -> Response:
        with simulator.lock:
            text = page.consent(simulator, request.query_params)
        # The browser leaves for the app that asked, so the form may go anywhere.
        return HTMLResponse(
            text, headers={"Content-Security-Policy": POLICY.replace("form-action 'self'", "form-action *")}
        )

    async def agree(request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        with simulator.lock:
            client = form.get("client_id", "")
            simulator.tokens.clients.setdefault(client, "")
            scopes = form["scope"].split() if form.get("scope") else None
            back = form["redirect_uri"]
            code = simulator.issue_oauth_code(form["account"], scopes=scopes, client=client, redirect_uri=back)
        glue = "&" if "?" in back else "?"
        told = {"code": code} | ({"state": form["state"]} if form.get("state") else {})
        return RedirectResponse(f"{back}{glue}{urlencode(told)}", status_code=_SEE_OTHER)

    return Starlette(
        routes=[
            Route("/_sim", lambda _: RedirectResponse("/_sim/")),
            Route("/_sim/", show),
            Route("/_sim/style.css", style),
            Route("/_sim/do/{what}", act, methods=["POST"]),
            Route("/_sim/api/{what}", ask, methods=["POST"]),
            Route("/v2/oauth/chooselocation", consent),
            Route("/v2/oauth/chooselocation", agree, methods=["POST"]),
        ]
    )


def _asked(simulator: Simulator, what: str, given: dict[str, Any]) -> Response:
    """Do what the Python interface does, by its names; moments are seconds, bytes are text."""
    done = _switches(simulator).get(what)
    if done is None and not what.startswith("_") and callable(getattr(Hands, what, None)):
        done = getattr(simulator, what)
    if done is None:
        return JSONResponse({"error": f"The simulator has no {what}"}, HTTPStatus.NOT_FOUND)
    try:
        result = done(**given)
    except (TypeError, ValueError, KeyError) as error:
        return JSONResponse({"error": f"{type(error).__name__}: {error}"}, HTTPStatus.BAD_REQUEST)
    return Response(orjson.dumps({"result": _plain(result)}), media_type="application/json")


def _switches(simulator: Simulator) -> dict[str, Callable[..., Any]]:
    return {
        "calls": lambda since=None: _calls(simulator, since),
        "now": simulator.clock,
        "add_fault": lambda **given: simulator.faults.add(Fault(**given)),
        "outage": simulator.faults.outage,
        "clear_faults": simulator.faults.clear,
        "spoil_webhooks": lambda **given: setattr(simulator.faults, "webhooks", WebhookFaults(**given)),
        "set_limits": lambda **given: _set(simulator.limits, given),
        "set_quirks": lambda **given: _set(simulator.quirks, given),
        "webhooks": lambda: simulator.webhooks,
        "webhook_public_key_pem": lambda: simulator.webhook_public_key_pem,
        "sign": lambda body: simulator.sign(body.encode()),
    }


def _calls(simulator: Simulator, since: float | None) -> list[Call]:
    """Give the last calls, or all from a moment on."""
    if since is None:
        return simulator.calls[-_LAST_CALLS:]
    return [call for call in simulator.calls if call.at >= since]


def _set(switches: Any, given: dict[str, Any]) -> None:
    known = {field.name for field in fields(switches) if not field.name.startswith("_")}
    for name, value in given.items():
        if name not in known:
            raise KeyError(name)
        setattr(switches, name, value)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()
    return value
