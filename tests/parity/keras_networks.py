"""Random full-size networks of keras.applications, for published.py."""
import os
import sys
from unittest import mock

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import h5py
import keras
import numpy as np
import tensorflow

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fixtures"))

from make_keras_fixtures import cell_layers, save_keras2, save_keras3_legacy


def versions():
    return f"Keras {keras.__version__}, TensorFlow {tensorflow.__version__}, h5py {h5py.__version__}"


def randomise(model, size, rng):
    """Every batch norm gets statistics measured on what reaches it, then disturbed."""
    def call(layer, inputs, training=None, mask=None):
        values = np.asarray(inputs)
        mean, variance = values.mean((0, 1, 2)), values.var((0, 1, 2)) + 1e-3
        channels = mean.shape[0]
        layer.set_weights([
            rng.uniform(0.5, 1.5, channels), 0.4 * rng.standard_normal(channels),
            mean + 0.3 * np.sqrt(variance) * rng.standard_normal(channels), variance * rng.uniform(0.6, 1.4, channels)])
        return original(layer, inputs, training=False)

    original = keras.layers.BatchNormalization.call
    with mock.patch.object(keras.layers.BatchNormalization, "call", call):
        # The last cells see few pixels of a picture, and a chance variance near zero would blow rounding up.
        pictures = 8 if size < 300 else 2
        model(rng.standard_normal((pictures, size, size, 3)).astype("f4"))
    kernel, bias = model.get_layer("predictions").get_weights()
    model.get_layer("predictions").set_weights([kernel, rng.standard_normal(bias.shape)])


def maker(build, n, formats):
    def make(size):
        keras.utils.set_random_seed(size)
        arguments = dict(input_shape=(size, size, 3), weights=None, classes=1000, classifier_activation=None)
        model = build(**arguments)
        randomise(model, size, np.random.default_rng(size))
        # The same in double precision, so that Keras' own rounding is not taken for ours.
        keras.config.set_dtype_policy("float64")
        exact = build(**arguments)
        exact.set_weights(model.get_weights())
        keras.config.set_dtype_policy("float32")

        def save(folder):
            for name, write in formats.items():
                path = folder / f"weights{name}"
                write(model, path)
                yield name, path

        def run(x):
            cells = cell_layers(n)
            layers = [exact.get_layer(layer).output for layer in cells.values()]
            taps = keras.Model(exact.inputs, [*layers, *exact.outputs])
            *outputs, logits = taps.predict(x.transpose(0, 2, 3, 1).astype("f8"), verbose=0)
            return logits, {name: output.transpose(0, 3, 1, 2) for name, output in zip(cells, outputs)}

        return save, run

    return make


FORMATS = {
    ".keras": lambda model, path: model.save(path),
    ".weights.h5": lambda model, path: model.save_weights(path),
    ".keras2.h5": save_keras2,
    ".keras3.h5": save_keras3_legacy,
    ".model.h5": lambda model, path: model.save(path),
}


def networks(network):
    mobile, large = keras.applications.NASNetMobile, keras.applications.NASNetLarge
    return [
        network("Keras NASNetMobile", [224, 225], maker(mobile, 4, FORMATS)),
        network("Keras NASNetLarge", [331, 299], maker(large, 6, FORMATS), relative=True),
    ]
