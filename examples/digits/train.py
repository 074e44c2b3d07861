"""Trains the digits model and writes all that this folder holds of it, except model/serving.yaml.

    pip install -r requirements.txt && python train.py | tee training.txt

The pixels that the network is trained on are those that a server makes from a PNG file of a digit
as model/serving.yaml says: grey, resized to 16 x 16 with Pillow's bilinear filter, (v / 255 - 0.5) / 0.5.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

FOLDER = Path(__file__).parent
TILE = 32  # side of a digit's PNG, in pixels
COLUMNS = 25  # of held-out.png
NETWORK_SIDE = 16
SEED = 0
EPOCHS = 60
BATCH = 64


class Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Dropout(0.3), nn.Linear(32 * 4 * 4, 10)),
        )

    def forward(self, image):
        return self.layers(image)


def tile(image):
    """An image of load_digits (8 x 8, 0 to 16) as people see it: white on black, 32 x 32, 8 bits."""
    pixels = np.round(image * (255 / 16)).astype(np.uint8)
    return Image.fromarray(pixels).resize((TILE, TILE), Image.Resampling.BICUBIC)


def preprocess(image):
    """A grey image as the network's input, float32 [1, 16, 16]: what model/serving.yaml says."""
    resized = image.resize((NETWORK_SIDE, NETWORK_SIDE), Image.Resampling.BILINEAR)
    values = np.asarray(resized, dtype=np.float32) / np.float32(255)
    return ((values - np.float32(0.5)) / np.float32(0.5))[np.newaxis]


def batch_of(tiles):
    return torch.from_numpy(np.stack([preprocess(image) for image in tiles]))


def train(images, labels):
    torch.manual_seed(SEED)
    network = Digits()
    optimizer = torch.optim.Adam(network.parameters(), lr=2e-3, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for epoch in range(1, EPOCHS + 1):
        losses = []
        for rows in torch.randperm(len(images)).split(BATCH):
            loss = nn.functional.cross_entropy(network(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        schedule.step()
        if epoch % 10 == 0:
            print(f"epoch {epoch}: mean training loss {np.mean(losses):.4f}")
    return network.eval()


def export(network, path):
    """One file, with a free first dimension, without the exporter's notes on where in the source nodes come from."""
    program = torch.onnx.export(
        network,
        (torch.zeros(2, 1, NETWORK_SIDE, NETWORK_SIDE),),
        input_names=["image"],
        output_names=["logits"],
        dynamic_shapes={"image": {0: torch.export.Dim("batch")}},
        opset_version=18,
        dynamo=True,
        verbose=False,
    )
    model = program.model_proto
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, path)


def write_sheet(tiles, path):
    rows = -(-len(tiles) // COLUMNS)
    sheet = Image.new("L", (COLUMNS * TILE, rows * TILE))
    for index, image in enumerate(tiles):
        sheet.paste(image, (index % COLUMNS * TILE, index // COLUMNS * TILE))
    sheet.save(path, optimize=True)


def read_sheet(path, count):
    sheet = Image.open(path)
    corners = [(index % COLUMNS * TILE, index // COLUMNS * TILE) for index in range(count)]
    return [sheet.crop((left, top, left + TILE, top + TILE)) for left, top in corners]


def write_samples(tiles, labels, folder):
    """The first held-out digit of each label, and the second of two."""
    folder.mkdir(exist_ok=True)
    for label in range(10):
        tiles[np.flatnonzero(labels == label)[0]].save(folder / f"{label}.png", optimize=True)
    for label in (3, 8):
        tiles[np.flatnonzero(labels == label)[1]].save(folder / f"{label}-second.png", optimize=True)


def main():
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    digits = load_digits()
    training, held_out = train_test_split(
        np.arange(len(digits.target)), test_size=0.25, stratify=digits.target, random_state=SEED
    )
    tiles = [tile(image) for image in digits.images]
    network = train(batch_of([tiles[i] for i in training]), torch.from_numpy(digits.target[training]))

    model_path, sheet_path = FOLDER / "model" / "model.onnx", FOLDER / "held-out.png"
    labels = digits.target[held_out]
    export(network, model_path)
    write_sheet([tiles[i] for i in held_out], sheet_path)
    write_samples([tiles[i] for i in held_out], labels, FOLDER / "digits")

    images = batch_of(read_sheet(sheet_path, len(labels)))
    with torch.no_grad():
        by_torch = network(images).numpy()
    session = onnxruntime.InferenceSession(model_path, providers=["CPUExecutionProvider"])
    (by_onnx,) = session.run(["logits"], {"image": images.numpy()})
    by = {"torch": by_torch, "onnx": by_onnx}
    right = {name: int((logits.argmax(1) == labels).sum()) for name, logits in by.items()}
    sheet = {"tile": TILE, "columns": COLUMNS, "right": right["onnx"], "labels": "".join(map(str, labels))}
    (FOLDER / "held-out.json").write_text(json.dumps(sheet, indent=2) + "\n")

    print(f"trained on {len(training)} digits, held out {len(labels)}")
    print(f"held-out accuracy in PyTorch: {right['torch'] / len(labels):.2%} ({right['torch']} of {len(labels)})")
    print(f"held-out accuracy of model.onnx: {right['onnx'] / len(labels):.2%} ({right['onnx']} of {len(labels)})")


if __name__ == "__main__":
    main()
