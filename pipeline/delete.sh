#!/usr/bin/env bash
# Deletes both endpoints and then the stack, with all versions of the model, all images and all logs: nothing is left that is billed.
set -euo pipefail

if (($# != 2)); then
  echo 'Usage: pipeline/delete.sh STACK ENDPOINT_FILE' >&2
  exit 2
fi
stack=$1
file=$2
cd "$(dirname "${BASH_SOURCE[0]}")/.."

output() {
  aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

pipeline=$(output Pipeline)
name=$(sed -nE "s/^name: *[\"']?([a-z0-9-]+).*/\1/p" "$file")
if [[ $name != "$pipeline" ]]; then
  echo "delete.sh: $file is of \"$name\", and the stack $stack of \"$pipeline\"; nothing was deleted" >&2
  exit 1
fi

# What starts from now on waits before its first build, and goes with the pipeline.
aws codepipeline disable-stage-transition --pipeline-name "$pipeline" --stage-name Build --transition-type Inbound \
  --reason 'the stack is being deleted'

# What runs would go on making things.
running=$(aws codepipeline list-pipeline-executions --pipeline-name "$pipeline" --output text \
  --query "pipelineExecutionSummaries[?status=='InProgress' || status=='Stopping'].pipelineExecutionId")
if [[ -n $running ]]; then
  echo "delete.sh: the pipeline is running ($running): wait, reject what it asks to approve, or stop it; then run this again" >&2
  exit 1
fi

for environment in staging production; do
  npm run --silent endpoint -- --file "$file" --environment "$environment" delete --yes
done

# A bucket is deleted only when it is empty, old versions and delete markers included.
empty() {
  local page
  while true; do
    page=$(aws s3api list-object-versions --bucket "$1" --max-items 500 --output json \
      --query '{Objects: [Versions, DeleteMarkers][] | [].{Key: Key, VersionId: VersionId}}')
    [[ $page == *VersionId* ]] || break
    aws s3api delete-objects --bucket "$1" --delete "$page" >/dev/null
  done
}
for bucket in ModelBucket ReleaseBucket ArtifactBucket; do
  empty "$(output "$bucket")"
done

aws cloudformation delete-stack --stack-name "$stack"
aws cloudformation wait stack-delete-complete --stack-name "$stack"
echo "$stack is deleted"
