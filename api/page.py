"""Serving the built page: its files, and index.html for every place within it."""

from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_NOT_THE_PAGE = ("api/", "worker/", "assets/")


class Page(StaticFiles):
    """`/p/{study}` and `/researcher` are places within the page, not files."""

    def __init__(self, dist: Path) -> None:
        super().__init__(directory=dist, html=True)
        self._index = dist / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(_NOT_THE_PAGE) or path in {"api", "worker"}:
                raise
            response = FileResponse(self._index)
        # Names under assets/ change with their content.
        lasting = path.startswith("assets/")
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response
