from .batch import (
    Board as Board,
    Outcome as Outcome,
    final_grades as final_grades,
    grade_all as grade_all,
    write_summary as write_summary,
)
from .deciding import Decided as Decided, all_decided as all_decided, decide as decide
from .doctor import Examined as Examined, examine as examine
from .findings import KeptFindings as KeptFindings
from .garbage import look_seldom as look_seldom
from .gather import hidden_inputs as hidden_inputs, take_in as take_in
from .hook import grade_here as grade_here
from .judge_again import judge_all as judge_all
from .publish import publish_reports as publish_reports
from .sending import send_grades as send_grades
from .submission import Setting as Setting
from .what_if import Pair as Pair, WhatIf as WhatIf, compare_rubrics as compare_rubrics
