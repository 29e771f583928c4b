"""What can go wrong in an analysis, said so that its user can mend it."""


class AnalysisError(Exception):
    """The root of this package's errors."""


class ScoresError(AnalysisError):
    """A score matrix, or a file of one, breaks its rules."""


class SubsetError(AnalysisError):
    """A subset cannot be chosen, read, or used on these scores."""


class FeaturesMissingError(SubsetError):
    """A method needs what these items do not have: texts, audio, or embeddings of them."""


class NotConvergedError(AnalysisError):
    """An iterative fit did not settle."""


class TooFewModelsError(AnalysisError):
    """A statement about models was asked for with fewer models than it needs."""


class RatingsError(AnalysisError):
    """Ratings, or a file of them, break their rules."""
