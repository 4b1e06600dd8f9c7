"""Has Keras, timm and Cadene's classes load what `weights convert` writes, and compares every bit.

By hand, after changes to src/weights/write or to the tables of names:

    cargo build --release
    python tests/parity/convert.py keras            # NASNetMobile; --large for NASNetLarge too
    python tests/parity/convert.py torch            # timm's nasnetalarge and pnasnet5large, Cadene's nasnetamobile

The first wants keras and h5py, the second torch, timm, pretrainedmodels and safetensors. A network of
the framework gets random weights, which go

    framework's file -> own .safetensors -> each format that the framework loads -> a new network

whose tensors must have the same bits, and whose logits too. Files go to a folder that is removed.
"""
import argparse
import os
import pathlib
import subprocess
import tempfile

import numpy as np

PROGRAM = pathlib.Path(__file__).parents[2] / "target/release/nasnet-explorer"


def convert(program, source, output, *options):
    command = [str(program), "weights", "convert", str(source), "-o", str(output), *options]
    print("$ weights", *[part.rsplit("/", 1)[-1] for part in command[2:]])
    print("  " + subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().replace("\n", "\n  "))


def report(what, given, found):
    assert len(given) == len(found), f"{what}: {len(found)} tensors instead of {len(given)}"
    for number, (one, other) in enumerate(zip(given, found)):
        same = one.shape == other.shape and one.tobytes() == other.tobytes()
        assert same, f"{what}: tensor {number} of shape {one.shape} differs"
    print(f"= {what}: {len(given)} tensors, {sum(one.size for one in given)} numbers, all bits equal")


def random_array(shape, rng, positive):
    numbers = rng.uniform(0.5, 1.5, shape) if positive else 0.1 * rng.standard_normal(shape)
    return numbers.astype("f4")


def check_keras(program, folder, large):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
    import keras

    rng = np.random.default_rng(7)
    networks = [(keras.applications.NASNetMobile, "nasnet-a-mobile", 224)]
    if large:
        networks.append((keras.applications.NASNetLarge, "nasnet-a-large", 331))
    for build, preset, size in networks:
        model = build(weights=None)
        # A variance and a scale must be positive, or the logits are NaN and say nothing.
        model.set_weights([
            random_array(weight.shape, rng, weight.path.endswith(("gamma", "variance"))) for weight in model.weights
        ])
        picture = rng.uniform(-1, 1, (1, size, size, 3)).astype("f4")
        weights, logits = model.get_weights(), model.predict(picture, verbose=0)
        source, own = folder / "keras.weights.h5", folder / "own.safetensors"
        model.save_weights(source)
        del model
        convert(program, source, own, "--arch", preset, "--flavour", "keras")
        for name in ["converted.h5", "converted.weights.h5"]:
            convert(program, own, folder / name)
            # The constructor is how the published files are loaded; `load_weights` is the other way.
            for way in ["constructor", "load_weights"]:
                again = build(weights=str(folder / name) if way == "constructor" else None)
                if way == "load_weights":
                    again.load_weights(folder / name)
                report(f"{build.__name__} by {way} of {name}", weights, again.get_weights())
                assert again.predict(picture, verbose=0).tobytes() == logits.tobytes(), "the logits differ"
                print("  logits: all bits equal")
                del again
            os.remove(folder / name)


def check_torch(program, folder):
    import pretrainedmodels
    import safetensors.torch
    import timm
    import torch

    rng = np.random.default_rng(7)
    networks = [
        ("timm", lambda: timm.create_model("nasnetalarge", pretrained=False), "nasnet-a-large", "timm"),
        ("timm", lambda: timm.create_model("pnasnet5large", pretrained=False), "pnasnet-5-large", "timm"),
        ("Cadene", lambda: pretrainedmodels.nasnetamobile(pretrained=None), "nasnet-a-mobile", "slim"),
    ]
    for who, build, preset, flavour in networks:
        model = build().eval()
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                positive = tensor.ndim == 1 and not name.endswith(("bias", "running_mean"))
                tensor.copy_(torch.from_numpy(random_array(tuple(tensor.shape), rng, positive)))
        picture = torch.from_numpy(rng.uniform(-1, 1, (1, 3, 224, 224)).astype("f4"))
        source, own, written = (folder / f"{name}.safetensors" for name in ["source", "own", "written"])
        safetensors.torch.save_model(model, source)
        # Cadene's class for Mobile has 1001 classes, of which the first would otherwise be left out.
        classes = str(model.last_linear.out_features)
        convert(program, source, own, "--arch", preset, "--flavour", flavour, "--classes", classes)
        convert(program, own, written, "--to", who.lower())
        again = build().eval()
        state = safetensors.torch.load_file(written)
        again.load_state_dict(state, strict=True)
        assert list(sorted(state)) == list(sorted(model.state_dict())), "names differ"
        tensors = [[tensor.numpy() for tensor in one.state_dict().values()] for one in (model, again)]
        report(f"{who} {preset}", *tensors)
        with torch.no_grad():
            assert torch.equal(model(picture), again(picture)), "the logits differ"
        print("  logits: all bits equal")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("framework", choices=["keras", "torch"])
    parser.add_argument("--large", action="store_true", help="NASNetLarge too, with Keras")
    parser.add_argument("--program", type=pathlib.Path, default=PROGRAM)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        if arguments.framework == "keras":
            check_keras(arguments.program, folder, arguments.large)
        else:
            check_torch(arguments.program, folder)


if __name__ == "__main__":
    main()
