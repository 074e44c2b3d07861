/** Files that stand where an ONNX file was expected: how each is recognised, and what turns it into ONNX. */

/** The beginning of a file as text with a character for each byte, and its size in bytes. */
export type Head = { text: string; bytes: number }

export type Kind = {
  /** What the file is, as in "model.bin is …". */
  what: string
  /** What to do, as a clause after a colon. */
  advice: string
  /** By its first bytes, whatever its name. */
  magic?: (head: Head) => boolean
  /** By its name, where the first bytes tell nothing. */
  name?: RegExp
}

const starts =
  (...beginnings: string[]) =>
  ({ text }: Head): boolean =>
    beginnings.some((beginning) => text.startsWith(beginning))

/** The name of a zip's first entry; empty for another file. PKWARE's APPNOTE.TXT, 4.3.7. */
const firstEntry = ({ text }: Head): string =>
  text.startsWith('PK\x03\x04') ? text.slice(30, 30 + text.charCodeAt(26) + 256 * text.charCodeAt(27)) : ''

/** A pickle from protocol 2 on says its protocol; the oldest begins with a class or a container. */
const isPickle = ({ text }: Head): boolean =>
  ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'].some((start) => text.startsWith(start)) ||
  /^(ccopy_reg\n|\((i|dp|lp)\w*\n)/.test(text)

const holds =
  (word: RegExp) =>
  (head: Head): boolean =>
    isPickle(head) && word.test(head.text)

const XGBOOST = 'pip install onnxmltools", then `onnxmltools.convert_xgboost(model, initial_types=…)`'
const TORCH =
  'load it in Python and write `torch.onnx.export(model, (example,), "model.onnx", dynamo=True)`; weights alone need the class that they were trained in'

/** The first that fits is meant; those known by their bytes go before those known by their names. */
export const KINDS: readonly Kind[] = [
  {
    what: 'a git-LFS pointer, and not the file itself',
    advice: 'run "git lfs pull" where it was cloned, or download the file',
    magic: starts('version https://git-lfs.github.com/spec/'),
  },
  {
    what: 'a web page, probably of a download that failed',
    advice: 'download the file again, with "curl -fL" so that an error is one',
    magic: ({ text }) => /^\s*<(!doctype html|html|head|body)\b/i.test(text),
  },
  {
    what: 'PMML',
    advice:
      'PMML is not served; export the fitted model itself, e.g. with `skl2onnx.to_onnx(model, X[:1])` for scikit-learn',
    magic: ({ text }) => /^\s*<[\s\S]*PMML[\s>]/.test(text),
    name: /\.pmml$/i,
  },
  {
    what: 'a model in OpenVINO’s format',
    advice: 'OpenVINO has no way back to ONNX; export the model that it was made from',
    magic: ({ text }) => /^(<\?xml[^>]*\?>)?\s*<net\s/.test(text),
  },
  {
    what: 'a TensorFlow Lite model',
    advice:
      '"pip install tf2onnx", then "python -m tf2onnx.convert --tflite model.tflite --output model.onnx"',
    magic: ({ text }) => text.startsWith('TFL3', 4),
    name: /\.tflite$/i,
  },
  {
    what: 'a Keras model',
    advice: 'load it in Python and write `model.export("model.onnx", format="onnx")`',
    magic: (head) =>
      head.text.startsWith('\x89HDF\r\n\x1a\n') ||
      (/^(metadata|config)\.json$/.test(firstEntry(head)) && !head.text.includes('MAR-INF')),
    name: /\.(h5|hdf5|keras)$/i,
  },
  {
    what: 'a model of Ultralytics',
    advice: '"pip install ultralytics", then "yolo export model=FILE.pt format=onnx"',
    magic: (head) => /\/data\.pkl$/.test(firstEntry(head)) && /ultralytics/.test(head.text),
  },
  {
    what: 'a PyTorch file',
    advice: TORCH,
    magic: (head) =>
      /\/(data\.pkl|data\/\d+|data\/(weights|constants)\/.*|\.data\/.*|byteorder|version)$/.test(
        firstEntry(head),
      ) || head.text.startsWith('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'),
    name: /\.(pt|pth|pt2|ckpt)$|^pytorch_model.*\.bin$/i,
  },
  {
    what: 'safetensors, which are weights without a graph',
    advice:
      'export the model that they belong to, for Hugging Face’s with "pip install optimum-onnx", then "optimum-cli export onnx --model DIR OUT"',
    magic: ({ text }) => /^[\s\S]{4}\0\0\0\0\{"/.test(text),
    name: /\.safetensors$/i,
  },
  {
    what: 'an XGBoost model',
    advice: `load it in Python, "${XGBOOST}`,
    magic: (head) =>
      /^\s*\{\s*"(learner"\s*:|version"\s*:\s*\[)/.test(head.text) ||
      starts('{L\0\0\0\0\0\0\0\x07learner', '{L\0\0\0\0\0\0\0\x07version', 'binf')(head),
    name: /\.ubj$/i,
  },
  {
    what: 'a LightGBM model',
    advice:
      'load it in Python, "pip install onnxmltools", then `onnxmltools.convert_lightgbm(model, initial_types=…)`',
    magic: starts('tree\nversion=', 'tree\r\nversion='),
  },
  {
    what: 'a CatBoost model',
    advice: 'load it in Python and write `model.save_model("model.onnx", format="onnx")`',
    magic: ({ text }) =>
      text.startsWith('CBM1') || /^\s*\{\s*"(features_info|oblivious_trees)"\s*:/.test(text),
    name: /\.cbm$/i,
  },
  {
    what: 'a pickle of XGBoost’s',
    advice: `load it in Python, "${XGBOOST}`,
    magic: holds(/xgboost/),
  },
  {
    what: 'a pickle of LightGBM’s',
    advice:
      'load it in Python, "pip install onnxmltools", then `onnxmltools.convert_lightgbm(model, initial_types=…)`',
    magic: holds(/lightgbm/),
  },
  {
    what: 'a pickle of CatBoost’s',
    advice: 'load it in Python and write `model.save_model("model.onnx", format="onnx")`',
    magic: holds(/catboost/),
  },
  { what: 'a pickle of PyTorch’s', advice: TORCH, magic: holds(/torch/) },
  {
    what: 'a Python pickle, which is a program and never loaded',
    advice:
      'load it in Python, "pip install skl2onnx", then `onnx.save(skl2onnx.to_onnx(model, X[:1]), "model.onnx")` for scikit-learn',
    magic: isPickle,
    name: /\.(pkl|pickle|joblib|sav)(\.\w+)?$/i,
  },
  {
    what: 'an archive of TorchServe',
    advice: 'unpack it with "unzip", and export the model that it holds',
    magic: (head) => firstEntry(head) !== '' && head.text.includes('MAR-INF/'),
    name: /\.mar$/i,
  },
  {
    what: 'an archive that has not been unpacked',
    advice: 'unpack it, e.g. with "tar xzf model.tar.gz -C DIR", and give the folder',
    magic: (head) =>
      starts('\x1f\x8b', 'BZh', '\xfd7zXZ\0', '\x28\xb5\x2f\xfd')(head) || head.text.startsWith('ustar', 257),
    name: /\.(tar|tgz|tar\.\w+)$/i,
  },
  {
    what: 'a NumPy file',
    advice: 'it holds arrays and no model',
    magic: (head) => head.text.startsWith('\x93NUMPY') || /\.npy$/.test(firstEntry(head)),
  },
  {
    what: 'a zip archive',
    advice: 'unpack it with "unzip" and give the folder',
    magic: starts('PK\x03\x04'),
  },
  {
    what: 'a model for llama.cpp',
    advice: 'GGUF is not served; serve it with llama.cpp',
    magic: starts('GGUF'),
    name: /\.gguf$/i,
  },
  {
    what: 'a TensorFlow graph',
    advice:
      'save the model as a SavedModel, "pip install tf2onnx", then "python -m tf2onnx.convert --saved-model DIR --output model.onnx"',
    name: /\.pb$/i,
  },
  {
    what: 'a Core ML model',
    advice: 'Core ML has no way back to ONNX; export the model that it was made from',
    name: /\.(mlmodel|mlpackage)$/i,
  },
  {
    what: 'a TensorRT engine',
    advice: 'it was built from an ONNX file: serve that one',
    name: /\.(engine|plan|trt)$/i,
  },
]
