#!/bin/sh
# check-cuda-provider.sh FOLDER MAJOR [LIBRARY…]
#
# Fails unless ONNX Runtime's CUDA provider in FOLDER is linked to CUDA of this major version, and every library that it or one of
# LIBRARY needs is here; but for libcuda.so.1, the driver, which the host brings. Needs readelf and ldd.
set -eu

folder=$1
major=$2
shift 2

fail() {
  echo "check-cuda-provider: $1" >&2
  exit 1
}

for name in libonnxruntime_providers_shared.so libonnxruntime_providers_cuda.so; do
  [ -f "$folder/$name" ] || fail "$name is missing in $folder: it comes in the wheel of onnxruntime-gpu"
done
provider=$folder/libonnxruntime_providers_cuda.so

needed=$(readelf -d "$provider" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
runtime=$(echo "$needed" | grep '^libcudart\.so' || true)
[ -n "$runtime" ] || fail "the CUDA provider is not linked to libcudart: $(echo "$needed" | tr '\n' ' ')"
[ "$runtime" = "libcudart.so.$major" ] ||
  fail "the CUDA provider is linked to $runtime, not to libcudart.so.$major: take a version of onnxruntime-gpu that was built for CUDA $major"

missing=$(for library in "$provider" "$@"; do ldd "$library"; done |
  sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p' | grep -v '^libcuda\.so\.1$' | sort -u | tr '\n' ' ')
[ -z "$missing" ] || fail "these libraries that it needs are not here: $missing"
echo "the CUDA provider is linked to $runtime, and all that it needs is here"
