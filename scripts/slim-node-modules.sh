#!/bin/sh
# Leaves in ./node_modules what the compiled server needs on this platform. Run by the image builds, in a folder with
# package.json and package-lock.json that may be changed.
set -eu

# onnxruntime-node's install script is the only user of these two, and it has run by now.
node -e '
  const fs = require("node:fs")
  const lock = JSON.parse(fs.readFileSync("package-lock.json", "utf8"))
  const { dependencies } = lock.packages["node_modules/onnxruntime-node"]
  delete dependencies["adm-zip"]
  delete dependencies["global-agent"]
  fs.writeFileSync("package-lock.json", JSON.stringify(lock))
'
npm prune --omit=dev --ignore-scripts --no-audit --no-fund

cd node_modules
arch=$(node -p process.arch)
for libraries in onnxruntime-node/bin/napi-v*; do
  find "$libraries" -mindepth 1 -maxdepth 1 ! -name linux -exec rm -rf {} +
  find "$libraries/linux" -mindepth 1 -maxdepth 1 ! -name "$arch" -exec rm -rf {} +
  # TensorRT's provider needs libraries that no image of ours has.
  rm -f "$libraries/linux/$arch/libonnxruntime_providers_tensorrt.so"
done
# One package has the binaries of 13 platforms.
find tokenizers -name '*.node' ! -name "tokenizers.linux-$arch-gnu.node" -delete
rm -rf onnxruntime-node/lib onnxruntime-node/script onnxruntime-common/lib @img/*musl* @img/sharp-wasm32
# Bundled into dist/, all of it. What says which versions these are stays, for those who look for them.
rm -rf @aws-sdk/*/dist-* @smithy/*/dist-* tar/dist bowser/*.js bowser/src
find . -type f \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -iname '*.md' \) \
  ! -iname 'license*' -delete
# Folders of tests and documentation, where they stand directly in a package.
for name in test tests docs doc benchmark benchmarks bench example examples .github; do
  rm -rf ./*/"$name" ./@*/*/"$name"
done
find . -type d -empty -delete
