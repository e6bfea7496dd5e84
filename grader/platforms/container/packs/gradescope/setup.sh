#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. Everything that needs a network is here.
set -euo pipefail
cd /autograder/source

export DEBIAN_FRONTEND=noninteractive
apt-get update
for version in 3.12 3.11 3.13; do
  if apt-get install -y --no-install-recommends "python$version" "python$version-venv"; then
    python="python$version"
    break
  fi
done
apt-get install -y --no-install-recommends bubblewrap || true
apt-get clean

"${python:?no Python 3.11 or newer for this Ubuntu}" -m venv /autograder/venv
pip=(/autograder/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check)
if [ -d wheelhouse ]; then
  pip+=(--no-index --find-links wheelhouse)
fi
"${pip[@]}" --require-hashes -r requirements.lock
"${pip[@]}" --no-deps ./*.whl

export GRADER_HOME=/autograder/home
if [ -d home ]; then
  mv home "$GRADER_HOME"
else
  /autograder/venv/bin/grader assets @@{assets} -a assignments/@@{slug}
fi
/autograder/venv/bin/grader doctor || true
