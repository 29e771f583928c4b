"""A small task over a counter, in the shape of `tools_sim.session.ToolSession`."""

import json
from dataclasses import dataclass, field

from contracts.tool_call import ToolCall, ToolDefinition, ToolResult
from contracts.verification import StepReport, VerificationReport


@dataclass
class CounterTools:
    """Done when the counter stands at five."""

    value: int = 0
    called: list[ToolCall] = field(default_factory=list)

    @property
    def definitions(self) -> tuple[ToolDefinition, ...]:
        by = {"type": "object", "properties": {"by": {"type": "integer"}}, "required": ["by"]}
        return (
            ToolDefinition(name="add", description="Adds to the counter.", parameters=by),  # type: ignore[arg-type]
            ToolDefinition(name="refuse", description="Always fails.", parameters={"type": "object", "properties": {}}),
        )

    def call(self, call: ToolCall) -> ToolResult:
        self.called.append(call)
        if call.function == "refuse":
            return ToolResult(call_id=call.call_id, output="It cannot be done.", is_error=True)
        by = call.arguments["by"]
        assert isinstance(by, int)
        self.value += by
        return ToolResult(call_id=call.call_id, output=json.dumps({"value": self.value}), is_error=False)

    def report(self) -> VerificationReport:
        met = self.value >= 5
        step = StepReport(step_id="five", label="Count to five", met=met, why=f"The counter stands at {self.value}.")
        return VerificationReport(steps=(step,), progress=float(met), complete=met)
