"""NASNet-A with the CIFAR stem in PyTorch, written from the published description: the reference of the training
fixtures (../fixtures/make_training_fixture.py) and of the comparison of speeds (train_speed.py).

Names are those of NASNet Explorer: the tensor `cell_0/b3/left/depthwise_1/weight` is the parameter
`cell_0.b3/left.depthwise_1.weight` here; `canonical` lists them in the order of the program. Where implementations
differ this follows TF-slim: pools leave out the padded border, and the first normal cell after a reduction reads as
`p` what the reduction read as `h`. What several operations of a cell read is computed once: ReLUs and pools.
"""
import torch
from torch import nn
from torch.nn import functional as F

NORMAL = (
    [(("sep5", "h"), ("sep3", "p")),
     (("sep5", "p"), ("sep3", "p")),
     (("avg3", "h"), ("identity", "p")),
     (("avg3", "p"), ("avg3", "p")),
     (("sep3", "h"), ("identity", "h"))],
    ("p", "b0", "b1", "b2", "b3", "b4"),
)
REDUCTION = (
    [(("sep5", "h"), ("sep7", "p")),
     (("max3", "h"), ("sep7", "p")),
     (("avg3", "h"), ("sep5", "p")),
     (("identity", "b1"), ("avg3", "b0")),
     (("sep3", "b0"), ("max3", "h"))],
    ("b1", "b2", "b3", "b4"),
)


def same(x, kernel, stride):
    """The zeros around `x` that TensorFlow's SAME asks for; the odd one is at the end."""
    def along(size):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        return total // 2, total - total // 2

    (top, bottom), (left, right) = along(x.shape[2]), along(x.shape[3])
    return left, right, top, bottom


class Convolution(nn.Conv2d):
    """Without bias, SAME."""
    def __init__(self, read, made, kernel=1, stride=1, groups=1):
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(read, made, kernel, stride, padding, groups=groups, bias=False)

    def forward(self, x):
        if self.stride[0] != 1:
            x = F.pad(x, same(x, self.kernel_size[0], self.stride[0]))
        return super().forward(x)


class Projection(nn.Module):
    def __init__(self, read, made):
        super().__init__()
        self.conv = Convolution(read, made)
        self.bn = nn.BatchNorm2d(made)

    def forward(self, x):
        return self.bn(self.conv(x))


class FactorisedReduction(nn.Module):
    """Half the size without losing samples: the even rows and columns, and the odd ones."""
    def __init__(self, read, made):
        super().__init__()
        self.path_1 = Convolution(read, made - made // 2)
        self.path_2 = Convolution(read, made // 2)
        self.bn = nn.BatchNorm2d(made)

    def forward(self, x):
        odd = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2))[:, :, 1::2, 1::2]
        return self.bn(torch.cat([self.path_1(x[:, :, ::2, ::2]), self.path_2(odd)], 1))


class Separable(nn.Module):
    """Twice ReLU, depthwise and pointwise convolution, batch norm; the first changes size and width. The caller
    applies the first ReLU."""
    def __init__(self, read, made, kernel, stride):
        super().__init__()
        self.depthwise_1 = Convolution(read, read, kernel, stride, read)
        self.pointwise_1 = Convolution(read, made)
        self.bn_1 = nn.BatchNorm2d(made)
        self.depthwise_2 = Convolution(made, made, kernel, 1, made)
        self.pointwise_2 = Convolution(made, made)
        self.bn_2 = nn.BatchNorm2d(made)

    def forward(self, x):
        x = self.bn_1(self.pointwise_1(self.depthwise_1(x)))
        return self.bn_2(self.pointwise_2(self.depthwise_2(F.relu(x))))


def pool(x, kind, stride):
    """3x3, SAME; the border takes no part. For stride 2 and an even size nothing is padded before, and `ceil_mode`
    lets the last windows hang over the end."""
    before = 1 if stride == 1 else x.shape[3] % 2
    if kind == "max3":
        return F.max_pool2d(x, 3, stride, before, ceil_mode=True)
    return F.avg_pool2d(x, 3, stride, before, ceil_mode=True, count_include_pad=False)


class Cell(nn.Module):
    def __init__(self, genotype, filters, net, previous):
        """`net` and `previous` are (channels, size) of what the cell reads; `previous` is None at the very start."""
        super().__init__()
        self.blocks, self.output = genotype
        self.stride = 2 if genotype is REDUCTION else 1
        if previous is not None and previous[1] != net[1]:
            self.add_module("p", FactorisedReduction(previous[0], filters))
        elif previous is not None and previous[0] != filters:
            self.add_module("p", Projection(previous[0], filters))
        self.add_module("h", Projection(net[0], filters))
        channels = dict.fromkeys(["h", "b0", "b1", "b2", "b3", "b4"], filters)
        channels["p"] = net[0] if previous is None else filters
        for number, sides in enumerate(self.blocks):
            for side, (op, state) in zip(("left", "right"), sides):
                self.add_operation(f"b{number}/{side}", op, state, channels[state], filters)
        for state in self.output:
            if channels[state] != filters:
                self.add_module(f"output/{state}", Projection(channels[state], filters))
        size = -(-net[1] // self.stride)
        self.made = (len(self.output) * filters, size)

    def stride_from(self, state):
        return self.stride if state in ("h", "p") else 1

    def add_operation(self, path, op, state, read, made):
        if op.startswith("sep"):
            self.add_module(path, Separable(read, made, int(op[3:]), self.stride_from(state)))
        elif read != made:
            self.add_module(path, Projection(read, made))

    def forward(self, net, previous, masks):
        modules, shared = self._modules, {}

        def once(key, compute):
            if key not in shared:
                shared[key] = compute()
            return shared[key]

        states = {"p": net if previous is None else previous}
        if "p" in modules:
            states["p"] = modules["p"](F.relu(previous))
        states["h"] = modules["h"](F.relu(net))

        def operation(path, op, state):
            x = states[state]
            if op in ("avg3", "max3"):
                stride = self.stride_from(state)
                x = once((op, state), lambda: pool(x, op, stride))
            elif path in modules:
                x = once(("relu", state), lambda: F.relu(x))
            if path in modules:
                x = modules[path](x)
            # Identity is never dropped, also where it needed a convolution.
            return x if op == "identity" or path not in masks else x * masks[path][:, None, None, None]

        for number, (left, right) in enumerate(self.blocks):
            name = f"b{number}"
            states[name] = operation(f"{name}/left", *left) + operation(f"{name}/right", *right)
        joined = []
        for state in self.output:
            path = f"output/{state}"
            joined.append(modules[path](states[state]) if path in modules else states[state])
        return torch.cat(joined, 1)


class AuxiliaryHead(nn.Module):
    """TF-slim's second classifier, for training only."""
    def __init__(self, read, size, classes, widths):
        super().__init__()
        pooled = (size - 5) // 3 + 1
        self.proj = Convolution(read, widths[0])
        self.bn_0 = nn.BatchNorm2d(widths[0])
        self.conv = nn.Conv2d(widths[0], widths[1], pooled, bias=False)
        self.bn_1 = nn.BatchNorm2d(widths[1])
        self.dense = nn.Linear(widths[1], classes)

    def forward(self, x):
        x = self.bn_0(self.proj(F.avg_pool2d(F.relu(x), 5, 3)))
        x = self.bn_1(self.conv(F.relu(x)))
        return self.dense(F.relu(x).flatten(1))


class Nasnet(nn.Module):
    """`forward` gives the logits, with `auxiliary` a pair of them."""
    def __init__(self, n, f, stem, size, classes, auxiliary=False, auxiliary_widths=(128, 768)):
        super().__init__()
        self.stem = nn.Module()
        self.stem.conv = Convolution(3, stem, 3)
        self.stem.bn = nn.BatchNorm2d(stem)
        outputs = [None, (stem, size)]
        # Of each cell: its name, and how far back in `outputs` its `p` is.
        self.cells = []

        def add(name, genotype, filters):
            cell = Cell(genotype, filters, outputs[-1], outputs[-2])
            self.add_module(name, cell)
            self.cells.append(name)
            outputs.append(cell.made)

        for stage in range(3):
            if stage > 0:
                add(f"reduction_cell_{stage - 1}", REDUCTION, f * 2**stage)
            for index in range(n):
                add(f"cell_{stage * n + index}", NORMAL, f * 2**stage)
        self.head = nn.Module()
        self.head.dense = nn.Linear(outputs[-1][0], classes)
        self.auxiliary_cell = f"cell_{2 * n - 1}" if auxiliary else None
        if auxiliary:
            read, size = self.get_submodule(self.auxiliary_cell).made
            self.aux = AuxiliaryHead(read, size, classes, auxiliary_widths)

    def forward(self, x, masks=None):
        """`masks` has for paths of operations, such as `cell_0/b0/left`, a factor for each example."""
        masks = masks or {}
        previous, net, auxiliary = None, self.stem.bn(self.stem.conv(x)), None
        for name in self.cells:
            own = {path[len(name) + 1:]: mask for path, mask in masks.items() if path.startswith(name + "/")}
            previous, net = net, self._modules[name](net, previous, own)
            if name == self.auxiliary_cell:
                auxiliary = self.aux(net)
        logits = self.head.dense(F.relu(net).mean((2, 3)))
        return logits if auxiliary is None else (logits, auxiliary)

    def droppable(self):
        """The paths of the operations that ScheduledDropPath may drop."""
        return [f"{name}/b{number}/{side}" for name in self.cells
                for number, sides in enumerate(self._modules[name].blocks)
                for side, (op, _) in zip(("left", "right"), sides) if op != "identity"]


ROLES = {"weight": "gamma", "bias": "beta", "running_mean": "mean", "running_var": "variance"}


def canonical(network):
    """The program's name -> tensor, of parameters and moving statistics, in the program's order."""
    tensors = {}
    for path, module in network.named_modules():
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        for role, tensor in own:
            if role != "num_batches_tracked":
                role = ROLES[role] if isinstance(module, nn.BatchNorm2d) else role
                tensors["/".join([*path.split("."), role])] = tensor
    return tensors
