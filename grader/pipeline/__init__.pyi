from .batch import (
    Board as Board,
    Outcome as Outcome,
    final_grades as final_grades,
    grade_all as grade_all,
    write_summary as write_summary,
)
from .hook import grade_here as grade_here
from .judge_again import judge_all as judge_all, stored_evidence as stored_evidence
from .publish import publish_reports as publish_reports
from .stages import (
    collected as collected,
    hidden_inputs as hidden_inputs,
    measured as measured,
    planned as planned,
)
from .submission import grade as grade
