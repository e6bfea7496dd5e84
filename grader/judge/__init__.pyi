from .grade import NOT_MEASURED as NOT_MEASURED, judge as judge, not_judged as not_judged
