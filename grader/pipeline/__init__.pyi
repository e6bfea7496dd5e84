from .batch import (
    Board as Board,
    Outcome as Outcome,
    final_grades as final_grades,
    grade_all as grade_all,
    write_classes as write_classes,
    write_summary as write_summary,
)
from .deciding import (
    Decided as Decided,
    all_decided as all_decided,
    decide as decide,
    where_instead as where_instead,
)
from .doctor import Examined as Examined, examine as examine
from .hook import grade_here as grade_here
from .judge_again import (
    judge_all as judge_all,
    rubrics_of as rubrics_of,
    stored_evidence as stored_evidence,
)
from .publish import publish_reports as publish_reports
from .sending import send_grades as send_grades
from .stages import (
    collected as collected,
    hidden_inputs as hidden_inputs,
    measured as measured,
    planned as planned,
)
from .submission import grade as grade
from .tasks import (
    UNRECOGNISED as UNRECOGNISED,
    Task as Task,
    all_for as all_for,
    planned_tasks as planned_tasks,
    settings_for as settings_for,
)
from .what_if import Pair as Pair, WhatIf as WhatIf, compare_rubrics as compare_rubrics
