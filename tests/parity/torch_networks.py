"""Random full-size networks of timm and of Cadene's collection, for published.py."""
import importlib.metadata
import os
import sys

import torch
from pretrainedmodels.models.nasnet import NASNetALarge as CadeneLarge
from pretrainedmodels.models.nasnet_mobile import NASNetAMobile as CadeneMobile
from pretrainedmodels.models.pnasnet import PNASNet5Large as CadenePnasnet
from safetensors.torch import save_file
from timm import create_model

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures"))

from make_torch_fixtures import checkpoint


def versions():
    packages = ["torch", "timm", "safetensors", "pretrainedmodels"]
    return ", ".join(f"{package} {importlib.metadata.version(package)}" for package in packages)


def randomise(model, run, size, generator):
    """Every batch norm gets statistics measured on what reaches it, then disturbed."""
    def measure(module, inputs):
        x = inputs[0]
        channels = x.shape[1]
        mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3)) + 1e-3
        uniform = lambda low, high: low + (high - low) * torch.rand(channels, generator=generator)
        normal = lambda: torch.randn(channels, generator=generator)
        for tensor, values in ((module.weight, uniform(0.5, 1.5)), (module.bias, 0.4 * normal()),
                               (module.running_mean, mean + 0.3 * variance.sqrt() * normal()),
                               (module.running_var, variance * uniform(0.6, 1.4))):
            tensor.data.copy_(values)

    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    hooks = [module.register_forward_pre_hook(measure) for module in norms]
    # The last cells see few pixels of a picture, and a chance variance near zero would blow rounding up.
    pictures = 8 if size < 300 else 2
    run(torch.randn(pictures, 3, size, size, generator=generator))
    for hook in hooks:
        hook.remove()


def reference(model, run, our_name):
    """Logits and cells, in double precision."""
    def at(x):
        cells = {}

        def keep(name):
            # A copy: the next cell's ReLU works in place.
            return lambda module, inputs, output: cells.__setitem__(our_name(name), output.float().clone().numpy())

        children = [(name, child) for name, child in model.named_children() if name.startswith(("cell_", "reduction_", "conv"))]
        hooks = [child.register_forward_hook(keep(name)) for name, child in children]
        model.double()
        logits = run(torch.from_numpy(x).double()).float().numpy()
        model.float()
        for hook in hooks:
            hook.remove()
        return logits, cells

    return at


def our_name(name):
    return "stem" if name in ("conv0", "conv_0") else name


def of_cadene_mobile(name):
    """Its cells are numbered 0-3, 6-9, 12-15."""
    kind, _, number = name.rpartition("_")
    return f"cell_{int(number) - 2 * (int(number) // 6)}" if kind == "cell" else our_name(name)


FORMATS = {
    ".pth": lambda state, path: torch.save(state, path),
    ".legacy.pth": lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False),
    ".safetensors": lambda state, path: save_file(state, path),
    # A training's: prefixed names, shared storages, other strides, everything in bfloat16.
    ".checkpoint.pth": lambda state, path: torch.save(checkpoint(state), path),
}


def maker(build, name=our_name, head=None):
    """`head` computes the logits from features where the class can do so at one size only."""
    def make(size):
        torch.manual_seed(size)
        generator = torch.Generator().manual_seed(size)
        model = build().eval()
        run = model if head is None else lambda x: head(model, x)
        with torch.no_grad():
            randomise(model, run, size, generator)
            for parameter in model.parameters():
                # What bfloat16 holds exactly, for the format that has it.
                parameter.data = parameter.bfloat16().float()
            for buffer in model.buffers():
                if buffer.is_floating_point():
                    buffer.copy_(buffer.bfloat16().float())

        def save(folder):
            state = {key: value.contiguous() for key, value in model.state_dict().items()}
            for form, write in FORMATS.items():
                path = folder / f"weights{form}"
                write(state, path)
                yield form, path

        def run_without_gradients(x):
            with torch.no_grad():
                return reference(model, run, name)(x)

        return save, run_without_gradients

    return make


def pooled(model, x):
    """Cadene's classes pool a fixed window."""
    return model.last_linear(torch.relu(model.features(x)).mean((2, 3)))


def networks(network):
    # Cadene's Large and timm's have the same names: a file cannot tell whose arithmetic is meant.
    as_slim, all_classes = ["--flavour", "slim"], ["--classes", "1001"]
    return [
        network("timm nasnetalarge", [331, 299], maker(lambda: create_model("nasnetalarge")), relative=True),
        network("timm pnasnet5large", [331, 299], maker(lambda: create_model("pnasnet5large")), relative=True),
        network("Cadene NASNetAMobile", [224], maker(lambda: CadeneMobile(num_classes=1000), of_cadene_mobile, pooled)),
        network("Cadene NASNetALarge", [331, 299], maker(CadeneLarge, head=pooled), as_slim + all_classes, relative=True),
        network("Cadene PNASNet5Large", [331], maker(CadenePnasnet, head=pooled), all_classes, relative=True),
    ]
