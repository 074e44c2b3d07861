"""Image features: DINOv2, whose shortest edge is resized by Pillow (BICUBIC) and its middle cut out; exported by torch. Random weights."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import base64  # noqa: E402

import torch  # noqa: E402
from transformers import Dinov2Config, Dinov2Model  # noqa: E402

from hugging_face import Example, encoded, fill, picture, pillow  # noqa: E402

example = Example(__file__)
processor = pillow("BitImageProcessor", size={"shortest_edge": 32}, crop_size={"height": 28, "width": 28})
processor.save_pretrained(example.made)
config = Dinov2Config(
    image_size=28,
    patch_size=14,
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=2,
    mlp_ratio=2,
)
example.export(
    fill(Dinov2Model(config)),
    "feature-extraction",
    {"pixel_values": torch.rand(2, 3, 28, 28)},
    ["last_hidden_state", "pooler_output"],
    # optimum leaves out pooler_output.
    by_optimum=False,
)
(example.served / "serving.yaml").write_text("task: image-feature-extraction\n")
example.pipeline("image-feature-extraction", image_processor=processor)

WIDE, TALL = picture(97, 61), picture(20, 45, seed=1)
example.ask_about("a PNG: a batch of one, its tokens, their numbers", WIDE)
example.ask_about("a JPEG smaller than the model takes", TALL, "jpeg", quality=90)
ONE, OTHER = (base64.b64encode(encoded(image, "png")).decode() for image in (WIDE, TALL))
example.ask("base64", ONE)
example.ask("a list", [ONE, OTHER])
example.ask("pool: a vector in a batch of one", ONE, pool=True)
example.ask("pool, a list", [ONE, OTHER], pool=True)
example.save("pillow")
