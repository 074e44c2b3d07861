"""Object detection: DETR on a ResNet, images of any shape resized by Pillow (BILINEAR) within two edges. Random weights."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import base64  # noqa: E402

import torch  # noqa: E402
from torch.export import Dim  # noqa: E402
from transformers import DetrConfig, DetrForObjectDetection, ResNetConfig  # noqa: E402

from hugging_face import Example, encoded, fill, picture, pillow  # noqa: E402

example = Example(__file__)
processor = pillow("DetrImageProcessor", size={"shortest_edge": 64, "longest_edge": 96})
processor.save_pretrained(example.made)
labels = ["cat", "dog", "ship", "tree"]
config = DetrConfig(
    use_timm_backbone=False,
    use_pretrained_backbone=False,
    backbone=None,
    backbone_config=ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 8, 16], depths=[1, 1, 1, 1], layer_type="basic", out_features=["stage4"]
    ),
    num_queries=8,
    d_model=16,
    encoder_layers=1,
    decoder_layers=1,
    encoder_attention_heads=2,
    decoder_attention_heads=2,
    encoder_ffn_dim=16,
    decoder_ffn_dim=16,
    id2label=dict(enumerate(labels)),
    label2id={label: index for index, label in enumerate(labels)},
)
SPREAD = {
    "encoder_attn.q_proj": 3,
    "encoder_attn.k_proj": 3,
    "encoder_attn.v_proj": 1,
    "query_position": 2,
    "class_labels": 1,
    "bbox_predictor": 0.4,
}
example.export(
    # So that queries look at different places and find different things.
    fill(DetrForObjectDetection(config), 0.3, **SPREAD),
    "object-detection",
    {"pixel_values": torch.rand(2, 3, 64, 96)},
    ["logits", "pred_boxes"],
    sides={2: Dim("height", min=32, max=1024), 3: Dim("width", min=32, max=1024)},
)
example.pipeline("object-detection", image_processor=processor)

WIDE, TALL = picture(150, 61), picture(45, 80, seed=1)
example.ask_about("a PNG: objects in the order of the queries", WIDE)
example.ask_about("a JPEG", TALL, "jpeg", quality=90)
ONE, OTHER = (base64.b64encode(encoded(image, "png")).decode() for image in (WIDE, TALL))
example.ask("base64", ONE)
example.ask("threshold", ONE, threshold=0.3)
example.ask("a threshold that none reaches", ONE, threshold=0.999)
example.ask("a list of other shapes: a list of lists", [ONE, OTHER], threshold=0.1)
example.save("pillow")
