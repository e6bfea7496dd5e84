#!/usr/bin/env bash
# PrairieLearn runs this for every submission; it reads /grade/results/results.json.
# Its exit status must be 0 when there are results: a hold is one of them (gradable: false).
set -uo pipefail
mkdir -p /grade/results
grader hook prairielearn --assignment /grader/assignments/@@{slug} --out /tmp/runs
[ -s /grade/results/results.json ]
