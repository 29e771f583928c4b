"""Subsets and their human weights, for the researcher."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.access import researcher_only
from api.context import UsesContext
from api.human_subsets import fit_service, subset_service
from api.human_subsets.schemas import (
    LONGEST_LABEL,
    FitList,
    FitListed,
    FitSent,
    FitShown,
    InFitPath,
    InSubsetPath,
    SubsetAdded,
    SubsetList,
)
from api.problems import responses

router = APIRouter(
    prefix="/api/researcher/subsets",
    tags=["human weights"],
    dependencies=[Depends(researcher_only)],
    responses=responses(HTTPStatus.UNAUTHORIZED),
)

Label = Annotated[str | None, Query(max_length=LONGEST_LABEL)]
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_MISSING = responses(HTTPStatus.NOT_FOUND)


@router.get("", operation_id="listSubsets")
async def list_subsets(context: UsesContext) -> SubsetList:
    """The latest first, each with its latest fit."""
    return await subset_service.listed(context)


@router.post(
    "",
    operation_id="addSubset",
    openapi_extra=_FILE,
    responses=responses(HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
)
async def add_subset(request: Request, context: UsesContext, label: Label = None) -> SubsetAdded:
    """The body is the file that `earwitness analysis select` wrote."""
    return await subset_service.add(context, request.stream(), label=label)


@router.delete(
    "/{subset_id}",
    operation_id="removeSubset",
    status_code=HTTPStatus.NO_CONTENT,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def remove_subset(subset_id: InSubsetPath, context: UsesContext) -> None:
    """With its fits; refused while one runs."""
    await subset_service.remove(context, subset_id)


@router.get("/{subset_id}/fits", operation_id="listFits", responses=_MISSING)
async def list_fits(subset_id: InSubsetPath, context: UsesContext) -> FitList:
    """The latest first."""
    return await fit_service.listed(context, subset_id)


@router.post("/{subset_id}/fits", operation_id="askForFit", responses=_MISSING)
async def ask_for_fit(subset_id: InSubsetPath, sent: FitSent, context: UsesContext) -> FitListed:
    """Asking again while the same one waits or runs gives that one."""
    return await fit_service.ask(context, subset_id, sent, by_itself=False)


@router.get("/{subset_id}/fits/{fit_id}", operation_id="readFit", responses=_MISSING)
async def read_fit(subset_id: InSubsetPath, fit_id: InFitPath, context: UsesContext) -> FitShown:
    return await fit_service.read(context, subset_id, fit_id)


@router.get(
    "/{subset_id}/fits/{fit_id}/human-subset.json",
    operation_id="downloadHumanSubset",
    response_class=Response,
    responses=responses(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT),
)
async def download_human_subset(subset_id: InSubsetPath, fit_id: InFitPath, context: UsesContext) -> Response:
    """Everything a model developer needs: items, both kinds of weights, biases, intervals, and the subset itself."""
    text = await fit_service.file_of(context, subset_id, fit_id)
    name = f"human-subset-{fit_id[:8]}.json"
    return Response(
        text, media_type="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
