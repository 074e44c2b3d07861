#!/bin/sh
# cuda-libraries.sh REQUIREMENTS FOLDER
#
# Fetches the wheels of scripts/cuda/12.txt or 13.txt from PyPI, by their hashes, and leaves in FOLDER/provider ONNX Runtime's CUDA
# provider and in FOLDER/lib the libraries that it and a run open, and no others. Needs pip. Always leaves the same bytes
# with the same times, so that the image's layer of them is the same whoever builds it, and pushed once.
set -eu

requirements=$1
folder=$2
wheels=$(mktemp -d)
trap 'rm -rf "$wheels"' EXIT

# The wheel that is built for Python 3.12, whatever Python this is: each has a provider of its own.
python3 -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps --no-compile --only-binary=:all: --require-hashes \
  --python-version 3.12 --implementation cp --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 --platform manylinux2014_x86_64 \
  --target "$wheels" -r "$requirements"

mkdir -p "$folder/provider" "$folder/lib"
mv "$wheels"/onnxruntime/capi/libonnxruntime_providers_cuda.so "$wheels"/onnxruntime/capi/libonnxruntime_providers_shared.so \
  "$folder/provider/"

# The provider is linked to the first four, or opens them as it opens cuDNN; cuDNN opens its parts and NVRTC, cuFFT nvJitLink.
for name in cudart cublas cublasLt curand cufft cudnn cudnn_graph cudnn_ops cudnn_cnn cudnn_adv cudnn_heuristic cudnn_engines_precompiled \
  cudnn_engines_runtime_compiled nvrtc nvrtc-builtins nvJitLink; do
  found=$(find "$wheels/nvidia" -name "lib$name.so.*")
  [ -f "$found" ] || {
    echo "cuda-libraries: not one lib$name.so in the wheels of $requirements, but: ${found:-none}" >&2
    exit 1
  }
  mv "$found" "$folder/lib/"
done
find "$folder" -exec touch -d @0 {} +
