"""Pictures for `npm run parity`: photographs that Python packages ship, and hard forms of them. Needs scikit-learn, scikit-image.

    python scripts/parity/make_pictures.py DIR
"""

import sys
from pathlib import Path

import numpy as np
import skimage
import sklearn
from PIL import Image, ImageCms

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)
photos = [Path(sklearn.__file__).parent / "datasets/images" / name for name in ("china.jpg", "flower.jpg")]
shipped = Path(skimage.__file__).parent / "data"
names = ("rocket.jpg", "hubble_deep_field.jpg", "retina.jpg", "astronaut.png", "coffee.png", "chelsea.png", "motorcycle_left.png")
photos += [shipped / name for name in names if (shipped / name).exists()]
for photo in photos:
    (OUT / photo.name).write_bytes(photo.read_bytes())

base = Image.open(photos[0]).convert("RGB")
for width, height in ((1, 1), (1, 300), (301, 2), (333, 257), (97, 640), (225, 223)):
    base.crop((7, 5, 7 + width, 5 + height) if height <= 400 else (7, 0, 7 + width, 427)).save(OUT / f"odd-{width}x{height}.png")
base.convert("L").save(OUT / "grey.jpg", quality=90)
base.convert("CMYK").save(OUT / "cmyk.jpg", quality=90)
base.quantize(64).save(OUT / "palette.png")
base.save(OUT / "progressive.jpg", quality=80, progressive=True)
base.save(OUT / "quarter.jpg", quality=70, subsampling="4:2:0")
base.save(OUT / "lossy.webp", quality=70)
alpha = Image.fromarray((np.indices((427, 640)).sum(0) % 256).astype(np.uint8))
with_alpha = base.copy()
with_alpha.putalpha(alpha.resize(base.size))
with_alpha.save(OUT / "rgba.png")
Image.fromarray((np.asarray(base.convert("L")).astype(np.uint16) * 3)).save(OUT / "grey-16.png")
profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
base.save(OUT / "profile.jpg", quality=90, icc_profile=profile)
for number in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = number
    base.crop((0, 0, 300, 200)).save(OUT / f"exif-{number}.jpg", quality=90, exif=exif)
print(f"{len(list(OUT.iterdir()))} pictures")
