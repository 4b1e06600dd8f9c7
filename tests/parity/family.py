"""DARTS, ENAS and AmoebaNet in PyTorch, written from their published descriptions: the references of the fixtures of the
family (../fixtures/make_family_fixtures.py). They share no code with NASNet Explorer.

Names are those of NASNet Explorer, as in nasnet.py, whose `canonical` lists them: the parameter
`cell_0.b3/left.depthwise_1.weight` is the tensor `cell_0/b3/left/depthwise_1/weight`. A cell is (blocks, output): a
block is two pairs of an operation and a state; `h` is the output of the cell before, `p` of the one before that.

- DARTS (Liu et al. 2019, the evaluation networks): everything padded by half the window on both sides; both inputs go
  through ReLU, 1x1 convolution and batch norm, or `p` after a reduction through a factorised reduction; no ReLU before
  the last mean.
- ENAS (Pham et al. 2018, the fixed micro cells): TensorFlow's SAME; inputs are brought to the cell's width if they have
  another, and `h` then goes through ReLU, 1x1 convolution and batch norm in any case; an identity of stride 2 is a
  factorised reduction without ReLU.
- AmoebaNet (Real et al. 2019, the network for TPUs): put together as NASNet, but a full convolution works on a quarter
  of the filters, between two 1x1 convolutions.
"""
import torch
from torch import nn
from torch.nn import functional as F

from nasnet import same

DARTS_V2 = (
    ([(("sep3", "p"), ("sep3", "h")), (("sep3", "p"), ("sep3", "h")), (("sep3", "h"), ("id", "p")),
      (("id", "p"), ("dil3", "b0"))], ("b0", "b1", "b2", "b3")),
    ([(("max3", "p"), ("max3", "h")), (("id", "b0"), ("max3", "h")), (("max3", "p"), ("id", "b0")),
      (("id", "b0"), ("max3", "h"))], ("b0", "b1", "b2", "b3")),
)
P_DARTS = (
    ([(("id", "p"), ("dil3", "h")), (("id", "p"), ("sep3", "h")), (("sep3", "h"), ("sep3", "b1")),
      (("sep3", "p"), ("dil5", "b2"))], ("b0", "b1", "b2", "b3")),
    ([(("avg3", "p"), ("sep5", "h")), (("sep3", "p"), ("dil5", "b0")), (("max3", "p"), ("dil3", "h")),
      (("dil3", "h"), ("dil5", "b1"))], ("b0", "b1", "b2", "b3")),
)
ENAS = (
    ([(("avg3", "p"), ("sep3", "p")), (("id", "p"), ("sep5", "p")), (("id", "p"), ("sep5", "h")),
      (("sep3", "h"), ("sep5", "p")), (("avg3", "p"), ("sep5", "h"))], ("b0", "b1", "b2", "b3", "b4")),
    ([(("sep3", "h"), ("sep3", "h")), (("max3", "p"), ("avg3", "p")), (("sep5", "h"), ("sep5", "b1")),
      (("sep3", "h"), ("id", "p")), (("max3", "p"), ("sep5", "h"))], ("b0", "b2", "b3", "b4")),
)
AMOEBANET_A = (
    ([(("avg3", "h"), ("max3", "h")), (("sep3", "p"), ("id", "p")), (("id", "h"), ("avg3", "p")),
      (("sep3", "h"), ("sep5", "b0")), (("avg3", "b3"), ("sep3", "h"))], ("p", "b1", "b2", "b4")),
    ([(("sep3", "p"), ("avg3", "h")), (("max3", "h"), ("sep7", "b0")), (("max3", "p"), ("max3", "h")),
      (("sep3", "b2"), ("1x7", "h")), (("avg3", "p"), ("sep7", "h"))], ("b0", "b1", "b2", "b3", "b4")),
)
AMOEBANET_C = (
    ([(("avg3", "h"), ("sep3", "h")), (("id", "h"), ("sep3", "h")), (("avg3", "b0"), ("sep3", "p")),
      (("id", "h"), ("sep3", "p")), (("avg3", "b1"), ("sep3", "h"))], ("p", "b0", "b2", "b3", "b4")),
    ([(("max3", "h"), ("max3", "h")), (("sep7", "b0"), ("sep3", "h")), (("sep7", "h"), ("max3", "p")),
      (("sep5", "b2"), ("sep5", "b2")), (("max3", "p"), ("sep3", "p"))], ("h", "b0", "b1", "b2", "b3", "b4")),
)
AMOEBANET_D = (
    ([(("1x1", "p"), ("max3", "p")), (("id", "p"), ("1x7", "h")), (("1x1", "h"), ("1x7", "h")),
      (("max3", "b0"), ("id", "b0")), (("avg3", "p"), ("1x1", "b3"))], ("h", "b1", "b2", "b4")),
    ([(("max2", "h"), ("max3", "h")), (("id", "b0"), ("3x3", "p")), (("1x7", "b0"), ("max3", "b0")),
      (("id", "b1"), ("max2", "p")), (("avg3", "b0"), ("1x1", "b1"))], ("b2", "b3", "b4")),
)


class Style:
    """What a family does in its own way."""
    def __init__(self, family, stem):
        self.family, self.stem = family, stem
        # PyTorch's and ENAS's default; TF-slim's for ImageNet.
        self.epsilon = 1e-3 if family == "amoebanet" and stem == "imagenet" else 1e-5

    def norm(self, channels):
        return nn.BatchNorm2d(channels, eps=self.epsilon)

    def convolution(self, read, made, kernel=1, stride=1, groups=1, dilation=1):
        symmetric = self.family == "darts"
        kernel, stride = (size if isinstance(size, tuple) else (size, size) for size in (kernel, stride))
        padding = tuple((size - 1) * dilation // 2 for size in kernel) if symmetric else 0
        made = nn.Conv2d(read, made, kernel, stride, padding, dilation, groups, bias=False)
        return made if symmetric else Same(made)

    def pool(self, x, kind, size, stride):
        if self.family == "darts":
            padding = size // 2
            pool = F.max_pool2d if kind == "max" else lambda *a: F.avg_pool2d(*a, count_include_pad=False)
            return pool(x, size, stride, padding)
        zeros = same(x, size, stride)
        if kind == "max":
            return F.max_pool2d(F.pad(x, zeros, value=-torch.inf), size, stride)
        sums = F.avg_pool2d(F.pad(x, zeros), size, stride, divisor_override=1)
        return sums / F.avg_pool2d(F.pad(torch.ones_like(x), zeros), size, stride, divisor_override=1)


class Same(nn.Module):
    """A convolution with the zeros that TensorFlow's SAME asks for, along both axes."""
    def __init__(self, convolution):
        super().__init__()
        self.weight = convolution.weight
        self.stride, self.groups = convolution.stride, convolution.groups

    def forward(self, x):
        (_, _, height, width) = self.weight.shape
        left, right, _, _ = same(x, width, self.stride[1])
        _, _, top, bottom = same(x, height, self.stride[0])
        return F.conv2d(F.pad(x, (left, right, top, bottom)), self.weight, None, self.stride, groups=self.groups)


class Steps(nn.Module):
    """Named convolutions and batch norms, and ReLUs between them, in order."""
    def __init__(self, *steps):
        super().__init__()
        self.order = [step if isinstance(step, str) else step[0] for step in steps]
        for step in steps:
            if not isinstance(step, str):
                self.add_module(*step)

    def forward(self, x):
        for name in self.order:
            x = F.relu(x) if name == "relu" else self._modules[name](x)
        return x


class FactorisedReduction(nn.Module):
    """The even rows and columns, and the odd ones, each to half of the filters, under one batch norm. At odd sizes the
    last of the odd ones are zeros."""
    def __init__(self, style, read, made, relu):
        super().__init__()
        self.path_1 = nn.Conv2d(read, made // 2, 1, 2, bias=False)
        self.path_2 = nn.Conv2d(read, made - made // 2, 1, 2, bias=False)
        self.bn = style.norm(made)
        self.relu = relu

    def forward(self, x):
        x = F.relu(x) if self.relu else x
        shifted = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))[:, :, 1:, 1:]
        return self.bn(torch.cat([self.path_1(x), self.path_2(shifted)], 1))


def projection(style, read, made, stride=1, relu=True):
    convolution = ("conv", style.convolution(read, made, 1, stride))
    return Steps(*["relu"] * relu, convolution, ("bn", style.norm(made)))


def separable(style, read, made, size, stride, repeats=2, dilation=1):
    steps = []
    for number in range(1, repeats + 1):
        steps += ["relu",
                  (f"depthwise_{number}", style.convolution(read, read, size, stride, read, dilation)),
                  (f"pointwise_{number}", style.convolution(read, made)),
                  (f"bn_{number}", style.norm(made))]
        read, stride = made, 1
    return Steps(*steps)


def bottleneck(style, read, made, narrow, kernels, strides):
    """AmoebaNet's full convolutions."""
    windows = [((1, 1), (1, 1), narrow), *((kernel, stride, narrow) for kernel, stride in zip(kernels, strides)),
               ((1, 1), (1, 1), made)]
    steps = []
    for number, (kernel, stride, channels) in enumerate(windows, 1):
        steps += ["relu", (f"conv_{number}", style.convolution(read, channels, kernel, stride)),
                  (f"bn_{number}", style.norm(channels))]
        read = channels
    return Steps(*steps)


class Pool(nn.Module):
    """A pool, and where the width must change a 1x1 convolution behind it."""
    def __init__(self, style, read, made, kind, size, stride):
        super().__init__()
        self.how = style, kind, size, stride
        if read != made:
            self.conv, self.bn = style.convolution(read, made), style.norm(made)

    def forward(self, x):
        style, kind, size, stride = self.how
        x = style.pool(x, kind, size, stride)
        return self.bn(self.conv(x)) if "conv" in self._modules else x


def operation(style, op, read, made, stride):
    """The module of an operation; `None` where it changes nothing."""
    if op == "id" and stride == 1:
        return projection(style, read, made) if read != made else None
    if op == "id":
        if style.family == "amoebanet":
            return projection(style, read, made, 2)
        return FactorisedReduction(style, read, made, relu=style.family == "darts")
    if op[:3] in ("max", "avg"):
        return Pool(style, read, made, op[:3], int(op[3:]), stride)
    if op.startswith("sep"):
        return separable(style, read, made, int(op[3:]), stride)
    if op.startswith("dil"):
        return separable(style, read, made, int(op[3:]), stride, 1, 2)
    if op == "1x1":
        return projection(style, read, made, stride)
    if op == "3x3":
        return bottleneck(style, read, made, made // 4, [(3, 3)], [(stride, stride)])
    if op == "1x7":
        return bottleneck(style, read, made, made // 4, [(1, 7), (7, 1)], [(1, stride), (stride, 1)])
    raise ValueError(op)


class Cell(nn.Module):
    """`net` and `previous` are (channels, size) of what is read; `previous` is None at AmoebaNet's very start."""
    def __init__(self, style, genotype, stride, filters, net, previous):
        super().__init__()
        self.blocks, self.output = genotype
        read = {"h": filters, "p": filters, **{f"b{number}": filters for number in range(len(self.blocks))}}
        self.prepare(style, filters, net, previous)
        if previous is None:
            read["p"] = net[0]
        for number, sides in enumerate(self.blocks):
            for side, (op, state) in zip(("left", "right"), sides):
                step = stride if state in ("h", "p") else 1
                self.add_module(f"b{number}/{side}", operation(style, op, read[state], filters, step))
        for state in self.output:
            if state in ("h", "p") and stride == 2:
                self.add_module(f"output/{state}", FactorisedReduction(style, read[state], filters, relu=False))
            elif read[state] != filters:
                self.add_module(f"output/{state}", projection(style, read[state], filters, relu=False))
        self.made = len(self.output) * filters, -(-net[1] // stride)

    def prepare(self, style, filters, net, previous):
        """The modules that bring the inputs to width and size."""
        used = {state for sides in self.blocks for _, state in sides} | set(self.output)
        if "h" in used:
            self.add_module("h", projection(style, net[0], filters))
            # ENAS calibrates the width first.
            if style.family == "enas" and net[0] != filters:
                self.add_module("h_base", projection(style, filters, filters))
        if previous is None or "p" not in used:
            return
        if previous[1] != net[1]:
            self.add_module("p", FactorisedReduction(style, previous[0], filters, relu=True))
        elif style.family == "darts" or previous[0] != filters:
            self.add_module("p", projection(style, previous[0], filters))

    def forward(self, net, previous):
        apply = lambda name, x: x if self._modules.get(name) is None else self._modules[name](x)
        states = {"h": apply("h_base", apply("h", net)), "p": apply("p", net if previous is None else previous)}
        for number, ((_, left), (_, right)) in enumerate(self.blocks):
            name = f"b{number}"
            states[name] = apply(f"{name}/left", states[left]) + apply(f"{name}/right", states[right])
        return torch.cat([apply(f"output/{state}", states[state]) for state in self.output], 1)


class Network(nn.Module):
    """N normal cells, a reduction, N, a reduction, N; behind a stem `cifar`, `imagenet` (two reduction cells in it) or
    `convolutions` (three of stride 2)."""
    def __init__(self, family, genotype, stem, n, f, stem_channels, size, classes):
        super().__init__()
        style = self.style = Style(family, stem)
        normal, reduction = genotype
        if stem == "convolutions":
            half = stem_channels // 2
            self.stem = Steps(("conv_1", style.convolution(3, half, 3, 2)), ("bn_1", style.norm(half)), "relu",
                              ("conv_2", style.convolution(half, stem_channels, 3, 2)), ("bn_2", style.norm(stem_channels)))
            self.stem_1 = Steps("relu", ("conv", style.convolution(stem_channels, stem_channels, 3, 2)),
                                ("bn", style.norm(stem_channels)))
            quarter = -(-size // 4)
            made = [(stem_channels, quarter), (stem_channels, -(-quarter // 2))]
        else:
            # On ImageNet the first convolution has no padding.
            first = nn.Conv2d(3, stem_channels, 3, 2, bias=False) if stem == "imagenet" \
                else style.convolution(3, stem_channels, 3)
            self.stem = Steps(("conv", first), ("bn", style.norm(stem_channels)))
            whole = stem_channels, (size - 3) // 2 + 1 if stem == "imagenet" else size
            made = [None if family == "amoebanet" else whole, whole]
        self.cells = []

        def add(name, genotype, stride, filters):
            cell = Cell(style, genotype, stride, filters, made[-1], made[-2])
            self.add_module(name, cell)
            self.cells.append(name)
            made.append(cell.made)

        if stem == "imagenet":
            add("cell_stem_0", reduction, 2, f // 4)
            add("cell_stem_1", reduction, 2, f // 2)
        for stage in range(3):
            if stage > 0:
                add(f"reduction_cell_{stage - 1}", reduction, 2, f * 2**stage)
            for index in range(n):
                add(f"cell_{stage * n + index}", normal, 1, f * 2**stage)
        self.head = nn.Module()
        self.head.dense = nn.Linear(made[-1][0], classes)

    def forward(self, x):
        """The logits, and by name what every unit gives."""
        units = {"stem": self.stem(x)}
        outputs = [units["stem"]] * 2
        if self.style.stem == "convolutions":
            units["stem_1"] = self.stem_1(units["stem"])
            outputs = [units["stem"], units["stem_1"]]
        elif self.style.family == "amoebanet":
            outputs[0] = None
        for name in self.cells:
            units[name] = self._modules[name](outputs[-1], outputs[-2])
            outputs.append(units[name])
        last = outputs[-1] if self.style.family == "darts" else F.relu(outputs[-1])
        return self.head.dense(last.mean((2, 3))), units
