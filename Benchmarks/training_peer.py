"""One peer's training steps, in a process of its own: prints the milliseconds of each as JSON.

    training_peer.py FRAMEWORK MODEL BATCH THREADS RUNS WEIGHTS

A step is a forward and a backward pass over BATCH photos, and SGD with momentum and decay of the weights over all
variables. EfficientNet-Lite0's normalization keeps its statistics.
"""

import json
import sys
import time
import warnings

import numpy as np

WARM_UP_RUNS = 3
DECAY = 0.0005


def pytorch(model, batch, threads, weights, layout="contiguous_format"):
    import torch

    import networks

    warnings.filterwarnings("ignore")
    torch.set_num_threads(threads)
    layout = getattr(torch, layout)
    network = networks.VGG16CAM(weights) if model == "vgg16-cam" else networks.efficientnet_lite0()
    # Normalization at inference; dropout, which a step of camreport leaves out, drops nothing.
    network = network.eval().to(memory_format=layout)
    decaying = [value for value in network.parameters() if value.ndim > 1]
    others = [value for value in network.parameters() if value.ndim == 1]
    optimizer = torch.optim.SGD([{"params": decaying, "weight_decay": DECAY}, {"params": others}], 1e-6, momentum=0.9)
    images = torch.from_numpy(photos(batch).transpose(0, 3, 1, 2).copy()).contiguous(memory_format=layout)
    labels = torch.arange(batch) % 1000
    loss = torch.nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(network(images), labels).backward()
        optimizer.step()
    return step


def pytorch_channels_last(model, batch, threads, weights):
    return pytorch(model, batch, threads, weights, "channels_last")


def tensorflow(model, batch, threads, weights):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    network = vgg16_cam(tf) if model == "vgg16-cam" else efficientnet_lite0(tf)
    decaying = [value for value in network.trainable_variables if len(value.shape) > 1]
    momenta = [tf.Variable(tf.zeros_like(value)) for value in network.trainable_variables]
    images, labels = tf.constant(photos(batch)), tf.range(batch) % 1000

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            logits = network(images, training=False)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
            loss += DECAY * tf.add_n([tf.nn.l2_loss(value) for value in decaying])
        gradients = tape.gradient(loss, network.trainable_variables)
        for value, momentum, gradient in zip(network.trainable_variables, momenta, gradients):
            momentum.assign(0.9 * momentum + gradient)
            value.assign_sub(1e-6 * momentum)
        return loss
    return lambda: step().numpy()


def vgg16_cam(tf):
    """The notebook's network; its values do not matter to how long a step takes."""
    keras = tf.keras
    image = value = keras.Input((224, 224, 3))
    for block, count in enumerate([2, 2, 3, 3, 3], start=1):
        for _ in range(count):
            value = keras.layers.Conv2D(min(64 << block - 1, 512), 3, padding="same", activation="relu")(value)
        if block < 5:
            value = keras.layers.MaxPool2D()(value)
    value = keras.layers.Conv2D(1024, 3, padding="same", groups=2)(value)
    value = keras.layers.GlobalAveragePooling2D()(value)
    return keras.Model(image, keras.layers.Dense(1000, use_bias=False)(value))


def efficientnet_lite0(tf):
    keras = tf.keras

    def convolution(value, channels, kernel=1, stride=1, active=True, depthwise=False):
        layer = (keras.layers.DepthwiseConv2D(kernel, stride, "same", use_bias=False) if depthwise
                 else keras.layers.Conv2D(channels, kernel, stride, "same", use_bias=False))
        value = keras.layers.BatchNormalization(epsilon=1e-3)(layer(value))
        return keras.layers.ReLU(6)(value) if active else value

    image = keras.Input((224, 224, 3))
    value = convolution(image, 32, 3, 2)
    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
              (1, 3, 1, 6, 320)]
    for blocks, kernel, stride, expansion, channels in stages:
        for index in range(blocks):
            entry, inputs = value, value.shape[-1]
            if expansion > 1:
                value = convolution(value, inputs * expansion)
            value = convolution(value, None, kernel, stride if index == 0 else 1, depthwise=True)
            value = convolution(value, channels, active=False)
            if entry.shape == value.shape:
                value = keras.layers.Add()([entry, value])
    value = keras.layers.GlobalAveragePooling2D()(convolution(value, 1280))
    return keras.Model(image, keras.layers.Dense(1000)(value))


def photos(batch):
    return np.random.default_rng(0).uniform(-1, 1, (batch, 224, 224, 3)).astype(np.float32)


FRAMEWORKS = {"PyTorch": pytorch, "PyTorch channels-last": pytorch_channels_last, "TensorFlow": tensorflow}


def main(framework, model, batch, threads, runs, weights):
    step = FRAMEWORKS[framework](model, int(batch), int(threads), weights)
    for _ in range(WARM_UP_RUNS):
        step()
    samples = []
    for _ in range(int(runs)):
        start = time.perf_counter()
        step()
        samples.append((time.perf_counter() - start) * 1e3)
    print(json.dumps({"milliseconds": samples}))


if __name__ == "__main__":
    main(*sys.argv[1:])
