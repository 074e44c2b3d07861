#!/usr/bin/env bash
# Unpacks the model's archive, in the version with which the pipeline was started, into `model` beside ENDPOINT_FILE.
set -euo pipefail

version=${1:-$MODEL_VERSION}
folder=$(dirname "$ENDPOINT_FILE")/model
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT

aws s3api get-object --bucket "$MODEL_BUCKET" --key model.tar.gz --version-id "$version" "$archive" >/dev/null
rm -rf "$folder"
mkdir -p "$folder"
tar -xzf "$archive" --no-same-owner -C "$folder"
echo "$folder has version $version of the model" >&2
