"""The two networks in PyTorch, with the weights camreport runs them with."""

import os

import numpy as np
import torch
from torch import nn

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class VGG16CAM(nn.Module):
    """From the centred BGR image to the logits. Weights as in the notebook's .npy file."""

    def __init__(self, path):
        super().__init__()
        weights = np.load(path, allow_pickle=True, encoding="latin1").item()
        layers = []
        for block, count in enumerate([2, 2, 3, 3, 3], start=1):
            for index in range(1, count + 1):
                layers += [convolution(weights[f"conv{block}_{index}"]), nn.ReLU()]
            if block < 5:
                layers.append(nn.MaxPool2d(2))
        self.layers = nn.Sequential(*layers)
        self.cam = convolution(weights["CAM_conv"], groups=2)
        self.fc = nn.Linear(1024, 1000, bias=False)
        self.fc.weight.data = torch.from_numpy(weights["CAM_fc"]["weights"].T.copy())

    def features(self, image):
        return self.cam(self.layers(image))

    def forward(self, image):
        return self.fc(self.features(image).mean(dim=(2, 3)))


def convolution(weights, groups=1):
    kernel = torch.from_numpy(weights["weights"].transpose(3, 2, 0, 1).copy())
    outputs, inputs, size, _ = kernel.shape
    layer = nn.Conv2d(inputs * groups, outputs, size, padding=size // 2, groups=groups)
    layer.weight.data = kernel
    layer.bias.data = torch.from_numpy(weights["biases"])
    return layer


def efficientnet_lite0():
    """From the rescaled RGB image to the logits. Weights as camreport embeds them."""
    from efficientnet_lite_pytorch import EfficientNet
    from safetensors.torch import load_file

    model = EfficientNet.from_name("efficientnet-lite0")
    state = load_file(f"{ROOT}/Sources/EmbeddedModel/efficientnet-lite0.safetensors")
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("num_batches" in name for name in missing), (missing, unexpected)
    return model
