"""What a Python library makes of pictures by a model's serving.yaml: the reference that `npm run parity` compares with.

Needs numpy, Pillow and PyYAML, and torch with torchvision, or opencv-python-headless, for their pixels:

    python scripts/parity/reference.py --model DIR --images DIR --library torchvision --out FILE

Pictures are read by Pillow. FILE holds NumPy arrays one after another, as numpy.save writes them into an open file: the names as
JSON in UTF-8, then a tensor for each. A library other than the recipe's own is allowed: that shows how far apart they are.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import yaml
from PIL import Image, ImageOps

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif"}


def sizes(resize, width, height):
    """The whole picture's size after resizing."""
    if "shortest" in resize:
        short = resize["shortest"]
        if width <= height:
            return short, int(short * height / width)
        return int(short * width / height), short
    if "width" in resize:
        return resize["width"], resize["height"]
    box = resize["letterbox"]
    ratio = min(box["height"] / height, box["width"] / width)
    if not box.get("scaleUp", True):
        ratio = min(ratio, 1.0)
    return max(round(width * ratio), 1), max(round(height * ratio), 1)


def resized(image, size, library, interpolation):
    if library == "pillow":
        return np.asarray(image.resize(size, getattr(Image.Resampling, interpolation.upper())))
    if library == "opencv":
        import cv2

        return cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_LINEAR)
    import torchvision.transforms.v2.functional as F
    from torchvision.transforms import InterpolationMode

    made = F.resize(F.pil_to_tensor(image), size[::-1], InterpolationMode(interpolation), antialias=True)
    return made.permute(1, 2, 0).numpy()


def padded(pixels, top, bottom, left, right, value):
    return np.pad(pixels, ((top, bottom), (left, right), (0, 0)), constant_values=value)


def cropped(pixels, width, height):
    """torchvision's CenterCrop."""
    down, across = max(height - pixels.shape[0], 0), max(width - pixels.shape[1], 0)
    pixels = padded(pixels, down // 2, (down + 1) // 2, across // 2, (across + 1) // 2, 0)
    top, left = round((pixels.shape[0] - height) / 2), round((pixels.shape[1] - width) / 2)
    return pixels[top : top + height, left : left + width]


def tensor_of(file, recipe, library):
    image = Image.open(file)
    if recipe.get("orientation") == "exif":
        image = ImageOps.exif_transpose(image)
    color = recipe.get("color", "rgb")
    image = image.convert("L" if color == "gray" else "RGB")
    resize = recipe.get("resize")
    if resize:
        pixels = resized(image, sizes(resize, *image.size), library, recipe.get("interpolation", "bilinear"))
    else:
        pixels = np.asarray(image)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if resize and "letterbox" in resize:
        box = resize["letterbox"]
        down, across = box["height"] - pixels.shape[0], box["width"] - pixels.shape[1]
        sides = [round(half + shift) for half in (down / 2, across / 2) for shift in (-0.1, 0.1)]
        pixels = padded(pixels, *sides, box.get("value", 114))
    if "crop" in recipe:
        pixels = cropped(pixels, **recipe["crop"])
    if color == "bgr":
        pixels = pixels[..., ::-1]
    values = pixels.astype(np.float32) * np.float32(recipe["rescale"]) if "rescale" in recipe else None
    values = pixels.astype(np.float32) / np.float32(255) if values is None else values
    values = (values - np.float32(recipe.get("mean", 0))) / np.float32(recipe.get("std", 1))
    return (values if recipe.get("layout") == "nhwc" else values.transpose(2, 0, 1))[None].astype(np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, type=Path, help="folder with serving.yaml")
    parser.add_argument("--images", required=True, type=Path, help="folder of pictures")
    parser.add_argument("--library", required=True, choices=["pillow", "torchvision", "opencv"])
    parser.add_argument("--out", required=True, type=Path)
    given = parser.parse_args()
    recipe = yaml.safe_load((given.model / "serving.yaml").read_text()).get("preprocess")
    if recipe is None:
        parser.error(f"{given.model}/serving.yaml has no preprocess section")
    resize = recipe.get("resize") or {}
    if not {"shortest", "width", "letterbox"} & resize.keys() and resize:
        parser.error(f"resize: {', '.join(resize)} is not known here")
    if (resize.get("letterbox") or {}).get("multipleOf"):
        parser.error("letterbox.multipleOf is not known here")
    made = {}
    for file in sorted(file for file in given.images.iterdir() if file.suffix.lower() in ENDINGS):
        try:
            made[file.name] = tensor_of(file, recipe, given.library)
        except Exception as error:  # a picture that the library refuses is no reference
            print(f"{file.name}: left out, {error}")
    with given.out.open("wb") as out:
        np.save(out, np.frombuffer(json.dumps(list(made)).encode(), np.uint8))
        for tensor in made.values():
            np.save(out, tensor)
    print(f"{len(made)} pictures, by {given.library}")


main()
