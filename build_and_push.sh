#!/usr/bin/env bash
# Builds the image and pushes it to Amazon ECR in a form that SageMaker accepts.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: build_and_push.sh [--dry-run] IMAGE [TAG]

Builds this folder's image and pushes it to the ECR repository IMAGE of your account, which is made if it
is missing. Prints the pushed image by its digest as the last line of its output; all else goes to stderr.

  TAG         pushed beside `latest`; default: the git commit
  --dry-run   look everything up, and only print the commands that change something

Environment:
  AWS_REGION, AWS_DEFAULT_REGION   region; else the one that `aws configure` knows
  DOCKERFILE                       default: Dockerfile; Dockerfile.gpu for the GPU
  PLATFORM                         default: linux/amd64; linux/arm64 for Graviton
  ENGINE                           docker, podman or buildah; default: the first that is installed
TEXT
}

fail() {
  echo "build_and_push.sh: $1" >&2
  exit "${2:-1}"
}

dry_run=
arguments=()
for argument in "$@"; do
  case $argument in
    -h | --help) usage && exit 0 ;;
    --dry-run) dry_run=1 ;;
    -*) fail "unknown option $argument; see --help" 2 ;;
    *) arguments+=("$argument") ;;
  esac
done
if ((${#arguments[@]} < 1 || ${#arguments[@]} > 2)); then
  usage >&2
  fail "expected IMAGE and maybe TAG, received ${#arguments[@]} arguments" 2
fi

cd "$(dirname "${BASH_SOURCE[0]}")"
image=${arguments[0]}
[[ $image =~ ^[a-z0-9]+([._/-][a-z0-9]+)*$ ]] ||
  fail "IMAGE: expected lower-case letters and digits, with . _ - / between them, received \"$image\"" 2
tag=${arguments[1]:-$(git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || true)}
[[ -n $tag ]] || fail 'TAG: this is not a git checkout, so name a tag' 2
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] ||
  fail "TAG: expected letters, digits and _ . -, received \"$tag\"" 2
dockerfile=${DOCKERFILE:-Dockerfile}
[[ -f $dockerfile ]] || fail "DOCKERFILE: there is no file \"$dockerfile\"" 2
platform=${PLATFORM:-linux/amd64}

engine=${ENGINE:-}
for candidate in docker podman buildah; do
  if [[ -z $engine ]] && command -v "$candidate" >/dev/null; then engine=$candidate; fi
done
case $engine in
  docker | podman | buildah) command -v "$engine" >/dev/null || fail "ENGINE: $engine is not installed" ;;
  '') fail 'none of docker, podman and buildah is installed' ;;
  *) fail "ENGINE: expected docker, podman or buildah, received \"$engine\"" 2 ;;
esac
command -v aws >/dev/null || fail 'the AWS command line, aws, is not installed'

region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
[[ -n $region ]] || fail 'no region: set AWS_REGION, or run "aws configure"'

# Runs what changes something; with --dry-run, only shows it.
run() {
  echo "+ $*" >&2
  [[ -n $dry_run ]] || "$@"
}

ecr() {
  aws ecr "$1" --region "$region" --output text "${@:2}"
}

# The address of the repository comes from ECR itself: it differs between the partitions of AWS.
repository_uri() {
  local found
  if found=$(ecr describe-repositories --repository-names "$image" --query 'repositories[0].repositoryUri' 2>&1); then
    echo "${found##*$'\n'}"
    return
  fi
  [[ $found == *RepositoryNotFoundException* ]] || fail "cannot look up the repository $image: $found"
  run aws ecr create-repository --region "$region" --output text --repository-name "$image" \
    --image-scanning-configuration scanOnPush=true --query repository.repositoryUri || fail "cannot create the repository $image (see above)"
  [[ -z $dry_run ]] || echo "REGISTRY/$image"
}

log_in() {
  echo "+ aws ecr get-login-password | $engine login --username AWS --password-stdin $1" >&2
  [[ -n $dry_run ]] || ecr get-login-password | "$engine" login --username AWS --password-stdin "$1" >&2
}

# SageMaker refuses OCI manifests and indexes, so: one platform, Docker's manifest (version 2, schema 2), and no
# attestations, which would make an index of it.
build_and_push() {
  local build=(--platform "$platform" --file "$dockerfile" --tag "$1:$tag" --tag "$1:latest")
  if [[ $engine == docker ]]; then
    run docker buildx build "${build[@]}" --provenance=false --sbom=false \
      --output type=image,push=true,oci-mediatypes=false .
  else
    run "$engine" build --format docker "${build[@]}" .
    run "$engine" push --format v2s2 "$1:$tag"
    run "$engine" push --format v2s2 "$1:latest"
  fi
}

uri=$(repository_uri)
log_in "${uri%%/*}" || fail "cannot log in to ${uri%%/*} (see above)"
build_and_push "$uri" >&2
[[ -z $dry_run ]] || exit 0

read -r digest media_type < <(ecr describe-images --repository-name "$image" --image-ids imageTag="$tag" \
  --query 'imageDetails[0].[imageDigest,imageManifestMediaType]') || fail "cannot find $uri:$tag in ECR (see above)"
[[ $media_type == application/vnd.docker.distribution.manifest.v2+json ]] ||
  fail "$uri:$tag is of the type $media_type, which SageMaker refuses"
echo "$uri@$digest"
