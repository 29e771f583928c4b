"""POST /v1/embeddings."""

import base64
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.model_server.conversation import JsonValue
from local.model_server.embedding import DIMENSIONS, embed
from local.model_server.faults import HEADER, Faults, split_model
from local.model_server.http_api.openai_wire import BadRequestError, text_tokens

_MOST_INPUTS = 2048


class Embeddings:
    """Serves text embeddings as floats or base64."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def serve(self, request: Request, body: Mapping[str, JsonValue]) -> Response:
        given = body.get("input")
        texts = [given] if isinstance(given, str) else given
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) for t in texts):
            raise BadRequestError("'input' must be a string or a non-empty list of strings", param="input")
        if len(texts) > _MOST_INPUTS:
            raise BadRequestError(f"'input' has {len(texts)} entries; {_MOST_INPUTS} are allowed", param="input")
        dimensions = body.get("dimensions") or DIMENSIONS
        if not isinstance(dimensions, int) or not 1 <= dimensions <= DIMENSIONS:
            raise BadRequestError(f"'dimensions' must be from 1 to {DIMENSIONS}", param="dimensions")
        _, suffix = split_model(str(body.get("model", "")))
        fault = self._faults.take("embeddings", header=request.headers.get(HEADER), suffix=suffix)
        await self._faults.before(fault)
        if fault.garbage:
            return Response(b'{"data": [', media_type="application/json")
        vectors = [embed(text, dimensions) for text in texts]
        as_base64 = body.get("encoding_format") == "base64"
        data = [
            {
                "object": "embedding",
                "index": i,
                "embedding": base64.b64encode(v.astype("<f4").tobytes()).decode() if as_base64 else v.tolist(),
            }
            for i, v in enumerate(vectors)
        ]
        tokens = sum(text_tokens(t) for t in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return JSONResponse({"object": "list", "data": data, "model": body.get("model"), "usage": usage})
