#!/usr/bin/env bash
# Builds the image and pushes it to Amazon ECR in a form that SageMaker accepts.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: build_and_push.sh [OPTIONS] IMAGE [TAG]

Builds this folder's image and pushes it to the ECR repository IMAGE of your account. A repository that is
missing is made with immutable tags, scanned on push; if an immutable one has TAG already, nothing is built.
Prints the pushed image by its digest as the last line of its output; all else goes to stderr.

  TAG                    default: the git commit; with uncommitted changes, that and the time
  --build-arg KEY=VALUE  for the Dockerfile; may be repeated
  --no-push              build only, without AWS, and print IMAGE:TAG
  --dry-run              look everything up, and only print the commands that change something

Environment:
  AWS_REGION, AWS_DEFAULT_REGION   region; else the one that `aws configure` knows
  CONTEXT                          the folder that is built; default: this script's
  DOCKERFILE                       in CONTEXT; default: Dockerfile; Dockerfile.gpu for the GPU
  PLATFORM                         default: linux/amd64; linux/arm64 for Graviton
  ENGINE                           docker, podman or buildah; default: the first that is installed
TEXT
}

fail() {
  echo "build_and_push.sh: $1" >&2
  exit "${2:-1}"
}

dry_run=
push=1
build_args=()
arguments=()
while (($# > 0)); do
  case $1 in
    -h | --help) usage && exit 0 ;;
    --dry-run) dry_run=1 ;;
    --no-push) push= ;;
    --build-arg)
      [[ ${2:-} =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || fail "--build-arg: expected KEY=VALUE, received \"${2:-}\"" 2
      build_args+=(--build-arg "$2")
      shift
      ;;
    -*) fail "unknown option $1; see --help" 2 ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
if ((${#arguments[@]} < 1 || ${#arguments[@]} > 2)); then
  usage >&2
  fail "expected IMAGE and maybe TAG, received ${#arguments[@]} arguments" 2
fi

cd "${CONTEXT:-$(dirname "${BASH_SOURCE[0]}")}" 2>/dev/null || fail "CONTEXT: there is no folder \"$CONTEXT\"" 2
image=${arguments[0]}
[[ $image =~ ^[a-z0-9]+([._/-][a-z0-9]+)*$ ]] ||
  fail "IMAGE: expected lower-case letters and digits, with . _ - / between them, received \"$image\"" 2
commit=$(git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || true)
default_tag=$commit
# An immutable tag is taken once, and uncommitted changes differ from one build to the next.
[[ $commit != *-dirty ]] || default_tag=$commit-$(date -u +%Y%m%dT%H%M%SZ)
tag=${arguments[1]:-$default_tag}
[[ -n $tag ]] || fail 'TAG: this is not a git checkout, so name a tag' 2
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] ||
  fail "TAG: expected letters, digits and _ . -, received \"$tag\"" 2
dockerfile=${DOCKERFILE:-Dockerfile}
[[ -f $dockerfile ]] || fail "DOCKERFILE: there is no file \"$dockerfile\"" 2
platform=${PLATFORM:-linux/amd64}
[[ $platform =~ ^linux/(amd64|arm64)$ ]] ||
  fail "PLATFORM: expected linux/amd64 or linux/arm64, received \"$platform\"" 2

engine=${ENGINE:-}
for candidate in docker podman buildah; do
  if [[ -z $engine ]] && command -v "$candidate" >/dev/null; then engine=$candidate; fi
done
case $engine in
  docker | podman | buildah) command -v "$engine" >/dev/null || fail "ENGINE: $engine is not installed" ;;
  '') fail 'none of docker, podman and buildah is installed' ;;
  *) fail "ENGINE: expected docker, podman or buildah, received \"$engine\"" 2 ;;
esac

# Runs what changes something; with --dry-run, only shows it.
run() {
  echo "+ $*" >&2
  [[ -n $dry_run ]] || "$@"
}

# SageMaker refuses OCI manifests and indexes, so: one platform, Docker's manifest (version 2, schema 2), and no
# attestations, which would make an index of it.
build() {
  local name=$1 output=type=docker
  # The detour by + is for macOS: its bash 3.2 takes an empty array for one that is not set.
  local options=(--platform "$platform" --file "$dockerfile" ${build_args[@]+"${build_args[@]}"} --tag "$name")
  if [[ $engine != docker ]]; then
    run "$engine" build --format docker "${options[@]}" .
    [[ -z $push ]] || run "$engine" push --format v2s2 "$name"
    return
  fi
  [[ -z $push ]] || output=type=image,push=true,oci-mediatypes=false
  run docker buildx build "${options[@]}" --provenance=false --sbom=false --output "$output" .
}

if [[ -z $push ]]; then
  build "$image:$tag" >&2
  echo "$image:$tag"
  exit
fi

command -v aws >/dev/null || fail 'the AWS command line, aws, is not installed'
region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
[[ -n $region ]] || fail 'no region: set AWS_REGION, or run "aws configure"'

ecr() {
  aws ecr "$1" --region "$region" --output text "${@:2}"
}

# Address and mutability. The address comes from ECR itself: it differs between the partitions of AWS.
repository() {
  local found
  if found=$(ecr describe-repositories --repository-names "$image" \
    --query 'repositories[0].[repositoryUri,imageTagMutability]' 2>&1); then
    echo "${found##*$'\n'}"
    return
  fi
  [[ $found == *RepositoryNotFoundException* ]] || fail "cannot look up the repository $image: $found"
  run aws ecr create-repository --region "$region" --output text --repository-name "$image" \
    --image-tag-mutability IMMUTABLE --image-scanning-configuration scanOnPush=true \
    --query 'repository.[repositoryUri,imageTagMutability]' || fail "cannot create the repository $image (see above)"
  [[ -z $dry_run ]] || echo "REGISTRY/$image NEW"
}

# Digest and type of the manifest that TAG names; nothing if it names none.
pushed() {
  local found
  if found=$(ecr describe-images --repository-name "$image" --image-ids imageTag="$tag" \
    --query 'imageDetails[0].[imageDigest,imageManifestMediaType]' 2>&1); then
    echo "${found##*$'\n'}"
  elif [[ $found != *ImageNotFoundException* ]]; then
    fail "cannot look up $image:$tag in ECR: $found"
  fi
}

print_pushed() {
  local digest media_type
  read -r digest media_type <<<"$1"
  [[ $media_type == application/vnd.docker.distribution.manifest.v2+json ]] ||
    fail "$uri:$tag is of the type $media_type, which SageMaker refuses"
  echo "$uri@$digest"
}

log_in() {
  echo "+ aws ecr get-login-password | $engine login --username AWS --password-stdin $1" >&2
  [[ -n $dry_run ]] || ecr get-login-password | "$engine" login --username AWS --password-stdin "$1" >&2
}

repository=$(repository)
read -r uri mutability <<<"$repository"
if [[ $mutability == IMMUTABLE ]]; then
  there=$(pushed)
  if [[ -n $there ]]; then
    [[ $commit != *-dirty ]] ||
      fail "$uri:$tag is there and cannot be replaced, and here are uncommitted changes: commit them, or name another TAG"
    echo "$uri:$tag is there already, and its tag is immutable: nothing to build" >&2
    print_pushed "$there"
    exit
  fi
fi

log_in "${uri%%/*}" || fail "cannot log in to ${uri%%/*} (see above)"
build "$uri:$tag" >&2
[[ -z $dry_run ]] || exit 0

there=$(pushed)
[[ -n $there ]] || fail "cannot find $uri:$tag in ECR after the push"
print_pushed "$there"
