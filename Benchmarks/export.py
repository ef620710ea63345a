"""Writes a network into a folder in each peer's format: a peer's process then loads its own runtime and nothing else.

    export.py vgg16-cam|efficientnet-lite0 WEIGHTS FOLDER

model.pt (PyTorch), model.onnx (ONNX Runtime and OpenVINO), model.ncnn.param and .bin (ncnn). A format whose package is
missing is left out.
"""

import sys
import warnings

import torch

import ncnn_files
import networks

name, weights, folder = sys.argv[1:]
warnings.filterwarnings("ignore")
model = (networks.VGG16CAM(weights) if name == "vgg16-cam" else networks.efficientnet_lite0()).eval()
image = torch.rand(1, 3, 224, 224)

with torch.inference_mode():
    torch.jit.trace(model, image).save(f"{folder}/model.pt")

try:
    torch.onnx.export(model, image, f"{folder}/model.onnx", input_names=["image"], dynamo=False)
except ImportError as error:
    print(f"no ONNX file: {error}", file=sys.stderr)

try:
    ncnn_files.write(folder, "model.pt", "inputshape=[1,3,224,224]f32")
except ImportError as error:
    print(f"no ncnn files: {error}", file=sys.stderr)
