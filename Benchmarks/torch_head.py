"""What a head trained on kept features takes with PyTorch: torch_head.py PHOTOS OUT THREADS, a folder a class."""

import os
import sys

import numpy as np
import torch
from PIL import Image

import networks


def main(photos, out, threads):
    torch.set_num_threads(int(threads))
    network = networks.efficientnet_lite0().eval()
    classes = sorted(os.listdir(photos))
    features, labels = [], []
    with torch.inference_mode():
        for label, name in enumerate(classes):
            for file in sorted(os.listdir(f"{photos}/{name}")):
                image = Image.open(f"{photos}/{name}/{file}").convert("RGB").resize((224, 224), Image.BICUBIC)
                pixels = (torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float() - 127) / 128
                features.append(network.extract_features(pixels).mean(dim=(2, 3))[0])
                labels.append(label)
    features, labels = torch.stack(features).clone(), torch.tensor(labels)
    head = torch.nn.Linear(features.shape[1], len(classes))
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    groups = [{"params": [head.weight], "weight_decay": 0.0005}, {"params": [head.bias]}]
    optimizer = torch.optim.SGD(groups, 0.05, momentum=0.9)
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(60):
        order = torch.randperm(len(labels))
        for start in range(0, len(order), 16):
            batch = order[start:start + 16]
            optimizer.zero_grad()
            loss(head(features[batch]), labels[batch]).backward()
            optimizer.step()
    torch.save({"head": head.state_dict(), "classes": classes}, out)


main(*sys.argv[1:])
