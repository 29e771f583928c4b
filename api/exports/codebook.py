"""To come."""

from api.exports.schemas import Codebook


def codebook() -> Codebook: ...
