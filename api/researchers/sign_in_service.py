"""Signing a researcher in and out."""

import secrets
from datetime import timedelta

from api.access import SESSION_TOKEN_BYTES, session_hash
from api.context import Context
from api.conversations.repository import taking_a_place
from api.problems import NotSignedInError, TooManyAttemptsError
from api.researchers.repository import add_session, remove_session
from api.researchers.schemas import ModelListed, ResearcherSession, ScenarioListed, StudyListed

SESSION_S = 12 * 3600


async def sign_in(context: Context, password: str, *, caller: str) -> str:
    """A new session's token; raises `TooManyAttemptsError` and `NotSignedInError`."""
    now = context.clock()
    if wait_s := context.sign_in_throttle.wait_s(caller, now):
        raise TooManyAttemptsError(retry_after_s=wait_s)
    # Counted before it is checked, so that attempts made at the same time count too.
    context.sign_in_throttle.attempted(caller, now)
    if not await context.password.is_right(password):
        raise NotSignedInError("The password is wrong.")
    context.sign_in_throttle.succeeded(caller)
    token = secrets.token_urlsafe(SESSION_TOKEN_BYTES)
    async with context.database.writing() as session:
        await add_session(session, session_hash(token), now=now, expires_at=now + timedelta(seconds=SESSION_S))
    return token


async def sign_out(context: Context, hashed: str) -> None:
    async with context.database.writing() as session:
        await remove_session(session, hashed)


async def session_shown(context: Context) -> ResearcherSession:
    async with context.database.reading() as session:
        running = await taking_a_place(session, context.clock())
    study = context.study
    models = [context.models[model_id] for model_id in study.models]
    scenarios = [context.library[scenario_id] for scenario_id in study.scenarios]
    return ResearcherSession(
        study=StudyListed(id=study.id, version=study.version, title=study.title),
        models=[ModelListed(id=model.id, label=model.label, demo=model.demo) for model in models],
        scenarios=[ScenarioListed(id=each.id, title=each.title, category=each.category) for each in scenarios],
        running=running,
        places=context.settings.max_conversations,
    )
