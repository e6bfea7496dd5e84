from .findings import Asked as Asked
from .grade import NOT_MEASURED as NOT_MEASURED, judge as judge
