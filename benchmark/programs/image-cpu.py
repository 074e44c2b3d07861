"""Prints the CPU milliseconds that Pillow takes for each JPEG: decoded by libjpeg-turbo, resized, cropped. image-cpu.py FILE TIMES"""

import io
import sys
import time
from pathlib import Path

from PIL import Image

data = Path(sys.argv[1]).read_bytes()
times = int(sys.argv[2])


def prepare():
    image = Image.open(io.BytesIO(data)).convert("RGB")
    scale = 256 / min(image.size)
    size = (round(image.width * scale), round(image.height * scale))
    left, top = ((side - 224) // 2 for side in size)
    return image.resize(size, Image.BILINEAR).crop((left, top, left + 224, top + 224))


for _ in range(20):
    prepare()
start = time.process_time()
for _ in range(times):
    prepare()
print((time.process_time() - start) / times * 1000)
