"""The one root of what goes wrong in this package."""


class AgentError(Exception):
    """Base of the errors raised by `agent`; ``retryable`` says whether the same call may succeed later."""

    retryable = False
