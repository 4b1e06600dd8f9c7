"""Compares NASNet Explorer with Keras, timm and Cadene's collection at full size; README.md says how to run it."""
import argparse
import dataclasses
import importlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Callable

import numpy as np


@dataclasses.dataclass
class Network:
    """A published network with random weights."""
    name: str
    # Sides of its square inputs, in pixels.
    sizes: list[int]
    # `make(size)` gives `save` and `run` for this input size.
    make: Callable
    # Overrides on the command line that no file tells.
    options: list[str] = dataclasses.field(default_factory=list)
    # Whether differences of logits count in parts of the largest, not as they are.
    relative: bool = False


TOLERANCE = 1e-4


def difference(ours, theirs, relative):
    if ours.shape != theirs.shape:
        return float("inf")
    largest = float(np.abs(ours.astype("f8") - theirs).max())
    if not np.isfinite(largest):
        return float("inf")
    return largest / float(np.abs(theirs).max()) if relative else largest


def forward(binary, network, path, size, x, folder):
    """The program's logits and cells. It is given nothing but the file, the size and what no file tells."""
    np.save(folder / "x.npy", np.ascontiguousarray(x, "f4"))
    taps = folder / "taps"
    command = [binary, "forward", "--arch", str(path), "--input", str(size), *network.options, "--device", "cpu",
               "--tensor", str(folder / "x.npy"), "--output", str(folder / "y.npy"), "--taps", str(taps)]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode != 0:
        raise RuntimeError(ended.stderr.strip())
    return np.load(folder / "y.npy"), {tap.stem: np.load(tap) for tap in taps.iterdir()}


def compare(binary, network, size, rows):
    save, run = network.make(size)
    rng = np.random.default_rng(size)
    x = np.clip(rng.standard_normal((1, 3, size, size)), -1, 1).astype("f4")
    logits, cells = run(x)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for form, path in save(folder):
            try:
                our_logits, our_cells = forward(binary, network, path, size, x, folder)
            except RuntimeError as error:
                rows.append((network.name, form, size, "", str(error), "", False))
                print(line(rows[-1]), flush=True)
                continue
            finally:
                path.unlink()
            of_logits = difference(our_logits, logits, network.relative)
            # Numbers in a cell reach 10 and more, the logits of a mean of many of them do not.
            of_cells = {name: difference(our_cells[name], cell, True) for name, cell in cells.items()}
            worst = max(of_cells, key=of_cells.get)
            missing = sorted(our_cells.keys() - cells.keys())
            ok = of_logits <= TOLERANCE and of_cells[worst] <= TOLERANCE and not missing
            unit = " of the largest" if network.relative else ""
            rows.append((network.name, form, size, f"{of_logits:.1e}", f"{worst} {of_cells[worst]:.1e} of {len(cells)}",
                         f"{TOLERANCE:g}{unit}", ok))
            print(line(rows[-1]), flush=True)


def line(row):
    *words, ok = row
    return "| " + " | ".join(map(str, words)) + f" | {'ok' if ok else 'NO'} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True, help="the program, built with --release")
    parser.add_argument("--only", default="", help="networks whose name contains this")
    parser.add_argument("frameworks", nargs="*", choices=["keras", "torch"], default=["keras", "torch"])
    arguments = parser.parse_args()
    rows = []
    for framework in arguments.frameworks:
        module = importlib.import_module(f"{framework}_networks")
        print(f"\n{module.versions()}\n")
        print("| network | file | size | logits | worst cell, of how many | tolerance | |\n|---|---|---|---|---|---|---|")
        for network in module.networks(Network):
            if arguments.only in network.name:
                for size in network.sizes:
                    compare(arguments.binary, network, size, rows)
    failed = [row for row in rows if not row[-1]]
    print(f"\n{len(rows) - len(failed)} of {len(rows)} files agree")
    sys.exit(1 if failed or not rows else 0)


if __name__ == "__main__":
    main()
