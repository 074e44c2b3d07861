"""What the scripts of hf-*/ share. They run with both of Hugging Face's generations, and their answers must agree:
transformers 4.57, exported by optimum (requirements.txt), and transformers 5, exported by torch (requirements-transformers-5.txt)."""

import base64
import io
import json
import os
import shutil
import string
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy
import onnx
import torch
from PIL import Image

try:
    import torchvision  # noqa: F401, transformers imports it where it is installed
except (ImportError, RuntimeError):
    # PyPI's torchvision finds none of its compiled operators beside a torch without CUDA; nothing here needs one.
    for operator in ("nms", "qnms"):
        torch.library.define(f"torchvision::{operator}", "() -> ()")

import transformers
from safetensors.torch import load_file, save_file
from tokenizers import AddedToken, ByteLevelBPETokenizer, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import AutoTokenizer, pipeline
from transformers.pipelines import get_supported_tasks

os.environ["TOKENIZERS_PARALLELISM"] = "false"
torch.set_num_threads(1)
HAS_OPTIMUM = find_spec("optimum") is not None
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def fill(model, scale=0.4, **scales):
    """
    Weights that do not depend on how a version of transformers begins, nor on what it calls them inside: numbers from one
    generator, in the order of the names in the saved file.
    `scales` has another standard deviation for the parameters whose name contains its key.
    """
    generator = torch.Generator().manual_seed(0)
    with TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        file = Path(folder) / "model.safetensors"
        weights = load_file(file)
        for name, value in sorted(weights.items()):
            if not value.is_floating_point():
                continue
            numbers = torch.randn(value.shape, generator=generator)
            if name.endswith("running_var"):
                value.copy_(1 + 0.2 * numbers.abs())
            elif value.dim() == 1 and name.endswith("weight"):
                value.copy_(1 + 0.1 * numbers)
            else:
                value.copy_(numbers * next((other for part, other in scales.items() if part in name), scale))
        save_file(weights, file, metadata={"format": "pt"})
        return type(model).from_pretrained(folder).eval()


def word_pieces(folder, pieces, lower=True, most=512, **config):
    """A tokenizer as BERT's: letters, digits and signs alone and inside of words, and `pieces`, divided by spaces."""
    signs = list(string.digits + string.punctuation + (string.ascii_lowercase if lower else string.ascii_letters))
    inside = [f"##{letter}" for letter in signs if letter.isalnum()]
    words = list(dict.fromkeys([*SPECIAL, *signs, *inside, *pieces.split()]))
    save_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "BertTokenizer", "do_lower_case": lower, "model_max_length": most, **config},
    )
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return tokenizer


def byte_pairs(folder, texts, most=512, merges=150):
    """A tokenizer as RoBERTa's: pairs of bytes, learnt from `texts`."""
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(
        texts,
        vocab_size=261 + merges,
        min_frequency=2,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        show_progress=False,
    )
    tokenizer.save_model(str(folder))
    # As roberta-base has it: a mask takes the space before it. transformers 5 has to be told.
    mask = {"__type": "AddedToken", "content": "<mask>", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}
    config = {"tokenizer_class": "RobertaTokenizer", "model_max_length": most, "mask_token": mask}
    save_json(folder / "tokenizer_config.json", config)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return tokenizer


def unigrams(folder, pieces, most=512):
    """A tokenizer as XLM-R's: a Unigram vocabulary of words, pieces and signs, each with a score of its own."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    words = list(dict.fromkeys(word for piece in pieces.split() for word in (f"▁{piece}", piece)))
    signs = [sign for sign in ["▁", *string.ascii_letters, *string.digits, *string.punctuation] if sign not in words]
    scores = [(word, -6 - index / 100) for index, word in enumerate(words)]
    scores += [(sign, -9 - index / 100) for index, sign in enumerate(signs)]
    tokenizer = Tokenizer(Unigram([*((token, 0.0) for token in special), *scores, ("<mask>", 0.0)], unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([*special, AddedToken("<mask>", lstrip=True)])
    tokenizer.save(str(folder / "tokenizer.json"))
    # By the name of XLM-R's class transformers 5 would put its own normalizer in place of this one.
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": most}
    names = {"bos": "<s>", "cls": "<s>", "eos": "</s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>"}
    save_json(folder / "tokenizer_config.json", config | {f"{name}_token": token for name, token in names.items()})
    return AutoTokenizer.from_pretrained(folder)


def save_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def pillow(name, **options):
    """The image processor that resizes with Pillow, as this server does: transformers 5's own choice is torchvision's resizing."""
    return (getattr(transformers, f"{name}Pil", None) or getattr(transformers, name))(**options)


def picture(width, height, seed=0):
    """Soft waves of colour, and a hard-edged square."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    waves = [
        numpy.sin(x * random.uniform(0.02, 0.3) + y * random.uniform(0.02, 0.3) + random.uniform(0, 6)) for _ in range(3)
    ]
    pixels = (127.5 + 127.5 * numpy.stack(waves, axis=-1)).astype(numpy.uint8)
    top, left = random.integers(0, height // 2), random.integers(0, width // 2)
    pixels[top : top + height // 4, left : left + width // 4] = random.integers(0, 256, 3)
    return Image.fromarray(pixels)


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def export_by_torch(model, inputs, outputs, path, sides=None):
    """torch's own exporter. Any number of rows; of texts any number of tokens; of images the `sides` that are free."""
    from torch.export import Dim

    rows, tokens = Dim("rows", min=1, max=4096), Dim("tokens", min=2, max=4096)
    shapes = {name: {0: rows, 1: tokens} if value.dim() == 2 else {0: rows} | (sides or {}) for name, value in inputs.items()}
    torch.onnx.export(
        model,
        (),
        path,
        kwargs=inputs,
        input_names=list(inputs),
        output_names=outputs,
        dynamic_shapes=shapes,
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    # Half of a small model is where in Python each node comes from.
    exported = onnx.load(path)
    for part in [exported.graph, *exported.graph.node, *exported.graph.value_info]:
        part.ClearField("metadata_props")
    onnx.save(exported, path)


def export_by_optimum(folder, task, path, library="transformers"):
    from optimum.exporters.onnx import main_export

    with TemporaryDirectory() as exported:
        main_export(str(folder), output=exported, task=task, do_validation=False, library_name=library)
        path.write_bytes((Path(exported) / "model.onnx").read_bytes())


def copy_configuration(made, served):
    """The served folder: what save_pretrained left, without the weights and the files that tokenizer.json stands for."""
    shutil.rmtree(served, ignore_errors=True)
    for file in sorted(made.rglob("*.json")):
        if file.name != "vocab.json":
            (served / file.relative_to(made)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, served / file.relative_to(made))


def plain(value):
    """As JSON has it; the toolkit's encoder does the same to numpy's numbers."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.tolist() if hasattr(value, "tolist") else value


class Example:
    """One folder: its weights and tokenizer are saved in `made`, exported to model/, and asked through a pipeline."""

    def __init__(self, script):
        self.folder = Path(script).parent
        self.temporary = TemporaryDirectory()
        self.made = Path(self.temporary.name)
        self.served = self.folder / "model"
        self.requests = []

    def export(self, model, task, inputs, outputs, at="model.onnx", **options):
        """`inputs` by name, `sides` and the names of `outputs` are for torch's exporter; optimum knows them."""
        model.save_pretrained(self.made)
        self.export_saved(model, task, inputs, outputs, at, **options)

    def export_saved(self, model, task, inputs, outputs, at="model.onnx", library="transformers", sides=None, by_optimum=HAS_OPTIMUM):
        copy_configuration(self.made, self.served)
        (self.served / at).parent.mkdir(exist_ok=True)
        if by_optimum:
            export_by_optimum(self.made, task, self.served / at, library)
        else:
            export_by_torch(model, dict(inputs), outputs, self.served / at, sides)

    def pipeline(self, task, **options):
        """None where this version has no such pipeline: requests.json then stays as another version has written it."""
        self.asked = None
        if task in get_supported_tasks():
            self.asked = pipeline(task, model=str(self.made), device="cpu", **options)
        return self.asked

    def ask(self, name, inputs, tolerance=1e-4, by_name=False, **parameters):
        """
        What Hugging Face's containers answer: pipeline(inputs, **parameters) in sagemaker-huggingface-inference-toolkit,
        and where inputs are an object pipeline(**inputs, **parameters) in huggingface-inference-toolkit (`by_name`).
        """
        if self.asked is None:
            return
        body = {"inputs": inputs, **({"parameters": parameters} if parameters else {})}
        answer = self.asked(**inputs, **parameters) if by_name else self.asked(inputs, **parameters)
        self.add(name, json.dumps(body, ensure_ascii=False), answer, tolerance)

    def ask_about(self, name, image, kind="png", **options):
        """An image as the body."""
        body = encoded(image, kind, **options)
        self.add(name, body, self.asked(Image.open(io.BytesIO(body))), content_type=f"image/{kind}")

    def add(self, name, body, answer, tolerance=1e-4, content_type="application/json"):
        sent = body if isinstance(body, str) else {"base64": base64.b64encode(body).decode()}
        self.requests.append(
            {
                "name": name,
                "headers": {"content-type": content_type},
                "body": sent,
                "status": 200,
                "answer": plain(answer),
                "tolerance": tolerance,
            }
        )

    def save(self, *libraries):
        if not self.requests:
            return
        names = ("torch", "transformers", *(("optimum-onnx",) if HAS_OPTIMUM else ()), *libraries)
        versions = {name: version(name) for name in names}
        save_json(self.folder / "requests.json", {"python": versions, "requests": self.requests})
        self.temporary.cleanup()
