"""Taking subsets in, showing them, and taking them away."""

import hashlib
import secrets
from collections.abc import AsyncIterable
from http import HTTPStatus

from sqlalchemy.exc import IntegrityError

from api.context import Context
from api.db.tables import SubsetRow
from api.human_subsets import job, repository
from api.human_subsets.fit_service import queued
from api.human_subsets.schemas import LONGEST_LABEL, FitSent, SubsetAdded, SubsetList
from api.human_subsets.views import subset_listed
from api.problems import ApiError, InvalidFieldError
from contracts.human_fit import Failed, SubsetCheckAsked, SubsetChecked

_MARK = "earwitness.subset"
_ID_BYTES = 16
_ALLOWED = "the JSON file that 'earwitness analysis select' writes"


async def listed(context: Context) -> SubsetList:
    async with context.database.reading() as session:
        rows = await repository.subsets(session)
        latest = await repository.latest_fits(session)
    return SubsetList(items=[subset_listed(row, latest.get(row.id)) for row in rows])


async def add(context: Context, content: AsyncIterable[bytes], *, label: str | None) -> SubsetAdded:
    """Take a subset in that can really be loaded, and ask for its first fit; the same one again changes nothing."""
    checked = await _checked(await _text(content))
    sha256 = hashlib.sha256(checked.subset.encode()).hexdigest()
    row = SubsetRow(
        id=secrets.token_hex(_ID_BYTES),
        label=_label(label) or _label(f"{checked.method}, {checked.n_items} items"),
        sha256=sha256,
        uploaded_at=context.clock(),
        method=checked.method,
        n_items=checked.n_items,
        n_models=checked.n_models,
        content=checked.subset,
    )
    try:
        async with context.database.writing() as session:
            known = await repository.subset_by_hash(session, sha256)
            if known is None:
                session.add(row)
                await session.flush()
                first = queued(context, row.id, FitSent(), by_itself=True)
                session.add(first)
                return SubsetAdded(known=False, subset=subset_listed(row, first))
    except IntegrityError:
        # Uploaded twice at the same time: the other one stands.
        async with context.database.reading() as session:
            known = await repository.subset_by_hash(session, sha256)
    if known is None:
        raise ApiError("The subset was deleted while it was uploaded; upload it again.", HTTPStatus.CONFLICT)
    async with context.database.reading() as session:
        latest = await repository.latest_fit(session, known.id)
    return SubsetAdded(known=True, subset=subset_listed(known, latest))


async def remove(context: Context, subset_id: str) -> None:
    """With its fits; refused while one runs."""
    async with context.database.writing() as session:
        await repository.subset(session, subset_id, lock=True)
        if await repository.has_running_fit(session, subset_id):
            raise ApiError("Its human weights are being computed; delete it when that is over.", HTTPStatus.CONFLICT)
        await repository.remove_subset(session, subset_id)


async def _text(content: AsyncIterable[bytes]) -> str:
    body = b"".join([piece async for piece in content])
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidFieldError("file", f"not UTF-8; allowed: {_ALLOWED}") from error


async def _checked(text: str) -> SubsetChecked:
    # Another file by mistake is refused without starting a process.
    if not text.lstrip().startswith("{") or _MARK not in text:
        raise InvalidFieldError("file", f"not a subset; allowed: {_ALLOWED}")
    answer = await job.answer_to(SubsetCheckAsked(subset=text, time_limit_s=job.CHECK_LIMIT_S))
    if isinstance(answer, SubsetChecked):
        return answer
    reason = answer.reason.rstrip(".") if isinstance(answer, Failed) else "not a subset"
    raise InvalidFieldError("file", f"{reason}; allowed: {_ALLOWED}")


def _label(name: str | None) -> str:
    """What names a file or a method may name a subset, up to a length; what cannot be printed becomes a space."""
    return "".join(character if character.isprintable() else " " for character in name or "").strip()[:LONGEST_LABEL]
