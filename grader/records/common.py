"""What all records share: frozen, strict, no NaN; the words for statuses."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

__version__ = "0.2.0"
SCHEMA_VERSION = 1

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
RunStatus = Literal["finished", "student_error", "timeout", "out_of_memory", "output_limit", "died"]
VerdictStatus = Literal["passed", "partial", "failed", "skipped", "error"]
AnswerStatus = Literal["ok", "missing", "raised", "timeout", "refused"]
Party = Literal["student", "ours", "undecided"]


class Record(BaseModel):
    """Frozen, keyword-only, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy, without what was computed from the old values (cached properties)."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied
