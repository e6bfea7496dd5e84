"""What all records share: frozen, strict, no NaN; the words for statuses."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__version__ = "0.1.0"
SCHEMA_VERSION = 1

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
RunStatus = Literal["finished", "student_error", "timeout", "out_of_memory", "output_limit", "died"]
VerdictStatus = Literal["passed", "partial", "failed", "skipped", "error"]
AnswerStatus = Literal["ok", "missing", "raised", "timeout", "refused"]
Party = Literal["student", "ours", "undecided"]


class Record(BaseModel):
    """Frozen, keyword-only, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
