"""Our own errors, each a GraderError. What a *student* did wrong is never one of these: it is a
value; MissingEvidence, which the judge turns into a readable *failed*, is none of them either.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.records.grade import Cause


class GraderError(Exception):
    """Something of ours went wrong. `what_to_do` is one sentence for the person at the keyboard."""

    retryable = False
    exit_status = 2

    def __init__(self, message: str, *, what_to_do: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.what_to_do = what_to_do

    def __str__(self) -> str:
        return f"{self.message} {self.what_to_do}".strip()


class AssignmentError(GraderError):
    """A mistake in `assignments/<slug>/`: names file and key."""


class IntakeError(GraderError):
    """A file that is no submission: unreadable, too large, not a notebook. It is held."""


class AssetError(GraderError):
    """Data or pretrained weights are missing, damaged or cannot be fetched."""


class SandboxError(GraderError):
    """The sandbox itself failed: worth one more try, then the grade is held."""

    retryable = True
    exit_status = 3


class NoSandbox(SandboxError):
    """No tier on this machine gives the required protections."""

    retryable = False


class MeasureError(GraderError):
    """Measuring failed for a reason of ours: worth one more try, then the grade is held."""

    retryable = True


class PlatformError(GraderError):
    """A place that grades are sent to refused them or could not be reached."""


class NotMeasured(RuntimeError):
    """A check asked for what measuring on hidden data says, and that was not measured. With hidden
    data that is a fault of ours, and told elsewhere; at a student's desk it cannot be otherwise."""


class MissingEvidence(LookupError):
    """A check asked for something the submission did not leave. The message is for students.

    cause: what took it away, where more than this may hang on it.
    """

    def __init__(self, message: str = "", cause: "Cause | None" = None) -> None:
        super().__init__(message)
        self.cause = cause
