"""The models that this server says it has. None of them is a model, and the names say so."""

from dataclasses import dataclass

OWNER = "earwitness-local-demonstration"
FINGERPRINT = "fp_earwitness_demo_rules"
CREATED = 1_767_225_600


@dataclass(frozen=True, slots=True)
class DemoModel:
    id: str
    description: str


MODELS = (
    DemoModel("earwitness-demo-chat", "Rule-based demonstration program; text or audio in, text out."),
    DemoModel("earwitness-demo-audio", "Rule-based demonstration program; text or audio in, text and audio out."),
    DemoModel("earwitness-demo-gemini", "Rule-based demonstration program behind the Gemini API."),
    DemoModel("earwitness-demo-transcribe", "Speech recognition by pocketsphinx."),
    DemoModel("earwitness-demo-tts", "Speech by flite."),
    DemoModel("earwitness-demo-embedding", "Hashed words and letter groups under a fixed random projection."),
)
