"""Measures how fast PyTorch trains the network that `nasnet-explorer train` does. Run by hand; needs Python 3.11+ with
torch 2.6 or newer.

    python train_speed.py --n 2 --f 16 --stem 48 --input 32 --classes 16 --batch 64 --threads 4

A step is what training does to a batch that is already in memory: forward, cross entropy with label smoothing 0.1,
backward, and SGD with momentum 0.9 and weight decay (--clip adds the clipping of the gradient's norm). After --warm-up
steps, windows of at least --seconds each are timed. Prints one JSON object: `pictures_per_second` is the median of the
windows, beside the slowest and the fastest, which tell whether something else ran on the machine; `load` is its load
average before and after, which includes this program. On a busy machine compare `cpu_milliseconds_per_picture` with
--threads 1: processor time, which waiting for others does not lengthen. Threads that outnumber the free processors
spend it on waiting for each other; OMP_WAIT_POLICY=PASSIVE in the environment keeps that bearable.

--channels-last lays pictures and weights out as [N, H, W, C], which PyTorch's CPU kernels often like better. Neither
the drop path nor the auxiliary head is on, and nothing is compiled: `torch.compile` is not what one gets by default.
"""
import argparse
import json
import os
import platform
import statistics
import time

import torch
from torch.nn import functional as F

from nasnet import Nasnet, canonical


def arguments():
    parser = argparse.ArgumentParser(description="Pictures per second that PyTorch trains a NASNet-A with.")
    for name, value, what in (("n", 2, "normal cells per stage"), ("f", 16, "filters of the first stage"),
                              ("stem", 48, "channels of the stem"), ("input", 32, "height and width in pixels"),
                              ("classes", 16, "classes"), ("batch", 64, "pictures in a step"),
                              ("threads", os.cpu_count(), "threads of PyTorch"), ("windows", 5, "windows timed"),
                              ("warm-up", 3, "steps before")):
        parser.add_argument(f"--{name}", type=int, default=value, help=f"{what} ({value})")
    parser.add_argument("--seconds", type=float, default=4.0, help="least duration of a window (4)")
    parser.add_argument("--clip", type=float, help="clip the gradient to this norm")
    parser.add_argument("--channels-last", action="store_true", help="lay tensors out as [N, H, W, C]")
    return parser.parse_args()


def training_step(options):
    """A function that trains one step."""
    torch.manual_seed(0)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    network = Nasnet(options.n, options.f, options.stem, options.input, options.classes)
    network = network.to(memory_format=layout).train()
    x = torch.rand(options.batch, 3, options.input, options.input).mul(2).sub(1).contiguous(memory_format=layout)
    labels = torch.randint(0, options.classes, (options.batch,))
    tensors = [tensor for tensor in canonical(network).values() if tensor.requires_grad]
    decayed, others = ([tensor for tensor in tensors if (tensor.dim() > 1) == weight] for weight in (True, False))
    groups = [{"params": decayed, "weight_decay": 5e-4}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.SGD(groups, lr=0.01, momentum=0.9)

    def step():
        optimiser.zero_grad()
        loss = F.cross_entropy(network(x), labels, label_smoothing=0.1)
        loss.backward()
        if options.clip:
            torch.nn.utils.clip_grad_norm_(tensors, options.clip)
        optimiser.step()
        return loss.item()

    return step, sum(tensor.numel() for tensor in tensors)


def window(step, batch, seconds):
    """Pictures per second over at least `seconds`, and processor seconds per picture."""
    start, processor, steps = time.perf_counter(), time.process_time(), 0
    while (passed := time.perf_counter() - start) < seconds:
        step()
        steps += 1
    return steps * batch / passed, (time.process_time() - processor) / (steps * batch)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    load = os.getloadavg()[0]
    step, parameters = training_step(options)
    for _ in range(options.warm_up):
        step()
    windows = [window(step, options.batch, options.seconds) for _ in range(options.windows)]
    rates, costs = zip(*windows)
    print(json.dumps({
        "torch": torch.__version__, "machine": platform.machine(), **vars(options), "trainable_parameters": parameters,
        "pictures_per_second": round(statistics.median(rates), 1), "slowest": round(min(rates), 1),
        "fastest": round(max(rates), 1), "seconds_per_step": round(options.batch / statistics.median(rates), 4),
        "cpu_milliseconds_per_picture": round(1000 * statistics.median(costs), 2),
        "load": [round(load, 1), round(os.getloadavg()[0], 1)]}))


if __name__ == "__main__":
    main()
