"""A network that a package brings along: PP-OCRv4 reads a line of text that was cut out, with the answers of RapidOCR."""

import base64
import io
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import onnx
import rapidocr_onnxruntime
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(__file__).parent
(FOLDER / "model").mkdir(exist_ok=True)

# As it lies in the package. Its characters lie in the file: one on each line, without the blank and the space.
brought = Path(rapidocr_onnxruntime.__file__).parent / "models" / "ch_PP-OCRv4_rec_infer.onnx"
shutil.copy(brought, FOLDER / "model" / "model.onnx")
metadata = {entry.key: entry.value for entry in onnx.load(brought).metadata_props}
(FOLDER / "model" / "labels.txt").write_text(metadata["character"], "utf-8", newline="\n")
(FOLDER / "model" / "serving.yaml").write_text(
    """\
preprocess:
  color: bgr
  resize: { line: { height: 48, width: 320 } }
  mean: [0.5, 0.5, 0.5]
  std: [0.5, 0.5, 0.5]
labels: labels.txt
postprocess:
  ctc: { space: true }
"""
)


def line(text):
    font = ImageFont.load_default(30)
    image = Image.new("RGB", (round(font.getlength(text)) + 20, 44), "white")
    ImageDraw.Draw(image).text((10, 4), text, fill="black", font=font)
    file = io.BytesIO()
    image.save(file, "png")
    return file.getvalue()


ocr = rapidocr_onnxruntime.RapidOCR()


def read(png):
    [[text, score]], _ = ocr(png, use_det=False, use_cls=False, use_rec=True)
    return {"text": text, "score": float(score)}


SHORT, OTHER = line("Hello world 2026"), line("Room 3b")
LONG = line("Invoice No. 1234567890 total EUR 99.50 incl. VAT")

form = b"".join(
    b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="%d.png"\r\nContent-Type: image/png\r\n\r\n%s\r\n'
    % (number, png)
    for number, png in enumerate([SHORT, OTHER])
)
bodies = {
    "a line": ("image/png", SHORT, [SHORT]),
    "a line that is longer than the recipe's width": ("image/png", LONG, [LONG]),
    "a form with two": ("multipart/form-data; boundary=boundary", form + b"--boundary--\r\n", [SHORT, OTHER]),
}
requests = [
    {
        "name": name,
        "headers": {"content-type": media_type},
        "body": {"base64": base64.b64encode(body).decode()},
        "status": 200,
        "answer": {"predictions": [read(png) for png in lines]},
        "tolerance": 1e-4,
    }
    for name, (media_type, body, lines) in bodies.items()
]
(FOLDER / "requests.json").write_text(
    json.dumps({"python": {"rapidocr-onnxruntime": version("rapidocr-onnxruntime")}, "requests": requests}, indent=1) + "\n"
)
