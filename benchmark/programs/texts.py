"""
Texts as people write them, for texts.ts: a quarter each of tweets, of sentences from reviews of products and of films, and of whole
editorials, in a mixed order. They ship in the package vaderSentiment 0.5 (MIT), which pip downloads. Prints a list of TEXTS texts as JSON.

    texts.py TEXTS
"""

import io
import json
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

PACKAGE = ["--no-deps", "--no-binary", ":all:", "vaderSentiment==0.5"]
ARCHIVE = "vaderSentiment-0.5/additional_resources/hutto_ICWSM_2014.tar.gz"
SENTENCES = ["tweets", "amazonReviewSnippets", "movieReviewSnippets"]


def download():
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-build-isolation", "--dest", folder, *PACKAGE]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        (file,) = Path(folder).iterdir()
        return tarfile.open(fileobj=io.BytesIO(zipfile.ZipFile(file).read(ARCHIVE)))


def rows(archive, kind):
    """An id, a rating and a text in each line; the id of a sentence is that of its whole, and a number."""
    data = archive.extractfile(f"hutto_ICWSM_2014/{kind}_GroundTruth.txt").read().decode("latin-1")
    return [line.split("\t") for line in data.splitlines() if line.count("\t") == 2]


def editorials(archive):
    found = {}
    for name, _, text in rows(archive, "nytEditorialSnippets"):
        found.setdefault(name.split("_")[0], []).append(text.strip())
    return [" ".join(sentences) for sentences in found.values()]


def main(count):
    archive = download()
    kinds = [[text.strip() for *_, text in rows(archive, kind)] for kind in SENTENCES] + [editorials(archive)]
    chance = random.Random(0)
    texts = [text for kind in kinds for text in chance.sample(kind, count // len(kinds))]
    chance.shuffle(texts)
    print(json.dumps(texts))


main(int(sys.argv[1]))
