from .archives import (
    ARCHIVES as ARCHIVES,
    SUFFIXES as SUFFIXES,
    TEXTS as TEXTS,
    Budget as Budget,
    kind_of as kind_of,
    unpack as unpack,
)
from .cache import Cache as Cache, building as building, home as home, locked as locked
from .common import (
    SCHEMA_VERSION as SCHEMA_VERSION,
    AnswerStatus as AnswerStatus,
    Party as Party,
    Record as Record,
    RunStatus as RunStatus,
    Share as Share,
    VerdictStatus as VerdictStatus,
    __version__ as __version__,
)
from .errors import (
    AssetError as AssetError,
    AssignmentError as AssignmentError,
    GraderError as GraderError,
    IntakeError as IntakeError,
    MeasureError as MeasureError,
    MissingEvidence as MissingEvidence,
    NoSandbox as NoSandbox,
    NotMeasured as NotMeasured,
    PlatformError as PlatformError,
    SandboxError as SandboxError,
)
from .evidence import (
    Answer as Answer,
    Assets as Assets,
    Curve as Curve,
    Evidence as Evidence,
    Measured as Measured,
    Relabelled as Relabelled,
    Training as Training,
)
from .evidence_file import (
    FILE as FILE,
    assignment_of as assignment_of,
    load_evidence as load_evidence,
    parse_evidence as parse_evidence,
    save_evidence as save_evidence,
)
from .extras import with_extra as with_extra
from .grade import (
    Adjustment as Adjustment,
    Cause as Cause,
    Finding as Finding,
    Grade as Grade,
    Link as Link,
    Misconception as Misconception,
    Provenance as Provenance,
    Verdict as Verdict,
)
from .limits import REACHED as REACHED, Limits as Limits
from .links import lead as lead, link_or_copy as link_or_copy
from .model import (
    Block as Block,
    Diagram as Diagram,
    Graph as Graph,
    Layer as Layer,
    Loss as Loss,
    Optimizer as Optimizer,
    WeightArray as WeightArray,
)
from .run import (
    ANOTHER_NOTEBOOK as ANOTHER_NOTEBOOK,
    DEFINED_AGAIN as DEFINED_AGAIN,
    KEYBOARD as KEYBOARD,
    LACKS as LACKS,
    NO_EAGER as NO_EAGER,
    STANDS_IN as STANDS_IN,
    UNREADABLE as UNREADABLE,
    CellRun as CellRun,
    Lacking as Lacking,
    Run as Run,
    Submission as Submission,
)
from .store import (
    attempts as attempts,
    current as current,
    digest as digest,
    load as load,
    save as save,
    set_current as set_current,
    write_atomically as write_atomically,
)
from .temporary import (
    SHORT as SHORT,
    left_behind as left_behind,
    make_scratch as make_scratch,
    scratch as scratch,
    why_not_written as why_not_written,
)
from .zips import (
    Bounds as Bounds,
    unpack_checked as unpack_checked,
    write_zip as write_zip,
)
