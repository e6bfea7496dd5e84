from .causes import (
    Fallen as Fallen,
    briefly as briefly,
    fallen as fallen,
    told_once as told_once,
)
from .class_page import in_class as in_class
from .harmless import (
    clean as clean,
    markdown_prose as markdown_prose,
    pieces as pieces,
    safe_url as safe_url,
    sheet_cell as sheet_cell,
)
from .words import SIGNS as SIGNS, amount as amount, held_words as held_words
from .write import (
    are_fresh as are_fresh,
    write_batch as write_batch,
    write_course as write_course,
    write_reports as write_reports,
)
