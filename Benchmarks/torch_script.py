"""What one writes to see VGG16-CAM's maps with PyTorch: a photo, the notebook's weights, two overlays into a folder.

It uses no more than it needs (Pillow resizes, a line of NumPy colours the map): such a script is no quicker.
"""

import sys

import numpy as np
import torch
from PIL import Image

from networks import VGG16CAM

MEANS = np.array([103.939, 116.779, 123.68], np.float32)  # blue, green, red


def jet(values):
    """Matplotlib's jet, near enough, of values from 0 to 1."""
    return np.stack([np.clip(1.5 - abs(4 * values - peak), 0, 1) for peak in (3, 2, 1)], axis=-1)


def main(photo, weights, folder):
    model = VGG16CAM(weights).eval()
    original = Image.open(photo).convert("RGB")
    pixels = np.asarray(original.resize((224, 224), Image.Resampling.BICUBIC), np.float32)
    image = torch.from_numpy((pixels[:, :, ::-1] - MEANS).transpose(2, 0, 1)[None].copy())
    with torch.inference_mode():
        features = model.features(image)
        logits = model.fc(features.mean(dim=(2, 3)))[0]
        for rank, index in enumerate(logits.topk(2).indices.tolist(), start=1):
            map = torch.einsum("c,chw->hw", model.fc.weight[index], features[0])[None, None]
            map = torch.nn.functional.interpolate(map, (original.height, original.width), mode="bilinear")[0, 0]
            map = ((map - map.min()) / (map.max() - map.min())).numpy()
            overlay = 0.5 * np.asarray(original) + 0.5 * 255 * jet(map)
            Image.fromarray(overlay.astype(np.uint8)).save(f"{folder}/overlay-{rank}.png")
            print(rank, index, f"{logits.softmax(0)[index]:.4f}")


main(*sys.argv[1:])
