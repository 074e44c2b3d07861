"""Image classification: ConvNeXT, whose shortest edge is resized to size / crop_pct by Pillow (BICUBIC) and its middle cut out. Random weights."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import base64  # noqa: E402

import torch  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import ConvNextConfig, ConvNextForImageClassification  # noqa: E402

from hugging_face import Example, encoded, fill, picture, pillow  # noqa: E402

example = Example(__file__)
processor = pillow(
    "ConvNextImageProcessor",
    size={"shortest_edge": 32},
    crop_pct=0.875,
    resample=Image.Resampling.BICUBIC,
    image_mean=[0.485, 0.456, 0.406],
    image_std=[0.229, 0.224, 0.225],
)
processor.save_pretrained(example.made)
labels = ["cat", "dog", "ship"]
config = ConvNextConfig(
    depths=[1, 1, 1, 1],
    hidden_sizes=[8, 8, 16, 16],
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(ConvNextForImageClassification(config), classifier=0.6),
    "image-classification",
    {"pixel_values": torch.rand(2, 3, 32, 32)},
    ["logits"],
)
example.pipeline("image-classification", image_processor=processor)

ask = example.ask
WIDE, TALL = picture(97, 61), picture(45, 80, seed=1)
GREY, CLEAR = picture(50, 40, seed=2).convert("L"), picture(33, 70, seed=3).convert("RGBA")
CLEAR.putalpha(GREY.resize(CLEAR.size))
example.ask_about("a PNG: every label", WIDE)
example.ask_about("a JPEG", TALL, "jpeg", quality=90)
example.ask_about("a grey PNG", GREY)
example.ask_about("transparency is dropped", CLEAR)
turned = Image.Exif()
turned[0x0112] = 6
example.ask_about("a JPEG turned by its EXIF", TALL, "jpeg", exif=turned)
ONE, OTHER = (base64.b64encode(encoded(image, "png")).decode() for image in (WIDE, TALL))
ask("base64", ONE)
ask("a data URL", f"data:image/png;base64,{ONE}", top_k=2)
ask("a list: a list of lists", [ONE, OTHER], top_k=2)
ask("a list of one", [ONE], top_k=1)
ask("top_k above the number of labels", ONE, top_k=10)
ask("function_to_apply", ONE, function_to_apply="sigmoid")
example.save("pillow")
