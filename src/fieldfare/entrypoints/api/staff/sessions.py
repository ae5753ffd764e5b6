"""Signing in and out, and who one is."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field, StringConstraints

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.permissions import Caller
from fieldfare.entrypoints.api.limits import limits_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.api.request_facts import facts_of
from fieldfare.entrypoints.api.routing import JsonRequest, JsonRouter
from fieldfare.entrypoints.api.security import PeopleRoom, SignedIn, people_of, session_token
from fieldfare.entrypoints.api.staff.answering import Answer, Time
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.api.values import Body, BusinessId
from fieldfare.usecases.people.identify import identify_session
from fieldfare.usecases.people.list_people import read_account, read_key
from fieldfare.usecases.people.sign_in import SESSION_SECONDS, SignIn, sign_in
from fieldfare.usecases.people.sign_out import sign_out
