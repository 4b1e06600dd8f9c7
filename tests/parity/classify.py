"""Compares `classify` with Python code that does the same: Pillow opens a picture, timm's transforms bring it to size,
timm's nasnetalarge with random weights classifies it.

    python classify.py --binary ../../target/release/nasnet-explorer PICTURE...

Needs what requirements.txt lists, and Pillow below 13, which changed the order of its passes. Prints a row for each
picture and way to preprocess; ends with status 1 where the first five classes differ, or a score by 1e-3; of a JPEG by
1e-2, for Pillow's libjpeg-turbo and our decoder round otherwise, by up to 4 of 255. The last layer is scaled so that
the logits of the first picture spread by 3: else one class would have everything, or all the same.
"""
import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import save_file
from timm import create_model
from timm.data import create_transform

from torch_networks import randomise

SIZE = 331
WAYS = {"timm": dict(interpolation="bicubic", crop_pct=0.911), "cadene": dict(interpolation="bilinear", crop_pct=0.875)}


def tolerance(path):
    return 1e-2 if Path(path).suffix in (".jpg", ".jpeg") else 1e-3


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("pictures", nargs="+")
    arguments = parser.parse_args()
    half = (0.5, 0.5, 0.5)
    ways = {way: create_transform(SIZE, is_training=False, mean=half, std=half, **how) for way, how in WAYS.items()}
    opened = {path: Image.open(path).convert("RGB") for path in arguments.pictures}
    torch.manual_seed(SIZE)
    model = create_model("nasnetalarge").eval()
    failed = False
    with torch.no_grad(), tempfile.TemporaryDirectory() as folder:
        randomise(model, model, SIZE, torch.Generator().manual_seed(SIZE))
        first = model(ways["timm"](opened[arguments.pictures[0]])[None])
        for parameter in model.last_linear.parameters():
            parameter.data *= 3 / first.std()
        weights = Path(folder) / "model.safetensors"
        save_file(model.state_dict(), weights)
        for path, picture in opened.items():
            for way, transform in ways.items():
                theirs = torch.softmax(model(transform(picture)[None])[0], 0)
                command = [arguments.binary, "classify", path, "--arch", str(weights), "--preprocess", way,
                           "--device", "cpu", "--top", "1000", "--json"]
                ours = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]["top"]
                worst = max(abs(one["score"] - float(theirs[one["class"]])) for one in ours)
                same = [one["class"] for one in ours[:5]] == theirs.topk(5).indices.tolist()
                ok = same and worst < tolerance(path)
                failed |= not ok
                print(f"{Path(path).name}, {way}: best {ours[0]['score']:.4f}, "
                      f"{'the same' if same else 'other'} first five, scores within {worst:.1e}: {'ok' if ok else 'FAILED'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
