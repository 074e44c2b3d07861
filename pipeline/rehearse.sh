#!/usr/bin/env bash
# Rehearses the release on this machine: to staging, then to production, as an update from the version of the model before, since
# only an update has a canary. Nothing of it reaches AWS.
set -euo pipefail

endpoint() {
  npm run --silent endpoint -- --file "$ENDPOINT_FILE" "$@"
}

# Where the model is in the repository, it has no versions.
before=
if [[ -n ${MODEL_VERSION:-} ]]; then
  # Newest first.
  versions=$(aws s3api list-object-versions --bucket "$MODEL_BUCKET" --prefix model.tar.gz --output text \
    --query "Versions[?Key=='model.tar.gz'].[VersionId]")
  before=$(grep -A 1 -Fx -- "$MODEL_VERSION" <<<"$versions" | sed -n 2p || true)
fi

started=$(mktemp)
node --import tsx scripts/endpoint.ts rehearse --port 0 --speed 60 --json >"$started" &
rehearsal=$!
trap 'kill "$rehearsal"; wait "$rehearsal"; rm -f "$started"' EXIT
until url=$(grep -o 'http://127.0.0.1:[0-9]*' "$started"); do
  kill -0 "$rehearsal" || exit
  sleep 0.2
done

in_rehearsal() {
  AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal endpoint "$@"
}

in_rehearsal --environment staging deploy --tag rehearsal
if [[ -n $before ]]; then
  bash pipeline/fetch-model.sh "$before"
  # It may be one that this pipeline has stopped.
  in_rehearsal --environment production deploy --tag rehearsal ||
    in_rehearsal --environment production delete --yes
  bash pipeline/fetch-model.sh
fi
in_rehearsal --environment production deploy --tag rehearsal
