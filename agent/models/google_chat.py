"""Text replies through the Gemini API: the stock client, told what the row says."""

from typing import Any

from google.genai import types
from livekit.plugins import google

from agent.models.endpoint import Access, Parameters
from contracts.voice_model import ModelSpec

API_VERSION = "v1beta"
"""Said outright: what the client takes for the default has changed between its versions."""


class GoogleParameters(Parameters):
    temperature: float | None = None
    top_p: float | None = None
    top_k: float | None = None
    max_output_tokens: int | None = None
    seed: int | None = None
    thinking_budget: int | None = None
    """Tokens; 0 switches thinking off where the model can, -1 leaves it to the model."""

    def given(self) -> dict[str, Any]:
        given = super().given()
        if "thinking_budget" in given:
            given["thinking_config"] = {"thinking_budget": given.pop("thinking_budget")}
        return given


def build(spec: ModelSpec, access: Access) -> google.LLM:
    """A language model that hears audio and answers in text."""
    parameters = GoogleParameters.model_validate(spec.llm.parameters)
    return google.LLM(
        model=spec.llm.model,
        api_key=access.api_key,
        vertexai=False,  # said outright: the client would otherwise read it from the process's environment
        http_options=types.HttpOptions(
            base_url=access.base_url,
            api_version=API_VERSION,
            # The session tries again, and counts it; the client by itself waits up to ten seconds before it does.
            retry_options=types.HttpRetryOptions(attempts=1),
        ),
        **parameters.given(),
    )
