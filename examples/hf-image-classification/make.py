"""Image classification: ViT, resized to a square by Pillow (BILINEAR). Random weights, so that nothing is fetched."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import base64  # noqa: E402

import torch  # noqa: E402
from PIL import Image  # noqa: E402
from transformers import ViTConfig, ViTForImageClassification  # noqa: E402

from hugging_face import Example, encoded, fill, picture, pillow  # noqa: E402

example = Example(__file__)
processor = pillow("ViTImageProcessor", size={"height": 32, "width": 32})
processor.save_pretrained(example.made)
labels = ["cat", "dog", "ship", "tree", "house", "cup"]
config = ViTConfig(
    image_size=32,
    patch_size=8,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
example.export(
    fill(ViTForImageClassification(config), classifier=0.6),
    "image-classification",
    {"pixel_values": torch.rand(2, 3, 32, 32)},
    ["logits"],
)
example.pipeline("image-classification", image_processor=processor)

ask = example.ask
WIDE, TALL = picture(97, 61), picture(45, 80, seed=1)
GREY, CLEAR = picture(50, 40, seed=2).convert("L"), picture(33, 70, seed=3).convert("RGBA")
CLEAR.putalpha(GREY.resize(CLEAR.size))
example.ask_about("a PNG: the five likeliest", WIDE)
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
