"""What goes wrong with the web, in words that a voice can say."""

from agent.errors import AgentError


class WebError(AgentError):
    """A page or a search that cannot be had; the message is a sentence for the participant and names no address."""


class RefusedError(WebError):
    """The address is not one that may be opened."""


class UnreachableError(WebError):
    """The other side did not answer, or not in time."""

    retryable = True
