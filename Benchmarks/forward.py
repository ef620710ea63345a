"""Times one forward pass of camreport and of its peers, side by side: the same weights, input and cores, in turn.

Prints, for each network, the median of each program and its ratio to camreport's; a peer that is not installed is left out
and named. Run by `make bench`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

CAMREPORT = sys.argv[1]
ROUNDS = int(os.environ.get("ROUNDS", 5))
RUNS = int(os.environ.get("RUNS", 5))
THREADS = len(os.sched_getaffinity(0))
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def torch_vgg(weights):
    import torch
    from torch import nn

    class VGG16CAM(nn.Module):
        def __init__(self):
            super().__init__()
            layers, channels = [], 3
            for name, width in [("conv1_1", 64), ("conv1_2", 64), ("pool", 0), ("conv2_1", 128), ("conv2_2", 128),
                                ("pool", 0), ("conv3_1", 256), ("conv3_2", 256), ("conv3_3", 256), ("pool", 0),
                                ("conv4_1", 512), ("conv4_2", 512), ("conv4_3", 512), ("pool", 0), ("conv5_1", 512),
                                ("conv5_2", 512), ("conv5_3", 512)]:
                if not width:
                    layers.append(nn.MaxPool2d(2))
                    continue
                layers += [filled(nn.Conv2d(channels, width, 3, padding=1), name, weights), nn.ReLU()]
                channels = width
            self.layers = nn.Sequential(*layers)
            self.cam = filled(nn.Conv2d(512, 1024, 3, padding=1, groups=2), "CAM_conv", weights)
            self.fc = nn.Linear(1024, 1000, bias=False)
            self.fc.weight.data = torch.from_numpy(weights["CAM_fc/weights"].T.copy())

        def forward(self, x):
            x = self.cam(self.layers(x))
            return self.fc(x.mean(dim=(2, 3)))

    def filled(convolution, name, weights):
        kernel = weights[f"{name}/weights"].transpose(3, 2, 0, 1).copy()
        convolution.weight.data = torch.from_numpy(kernel)
        convolution.bias.data = torch.from_numpy(weights[f"{name}/biases"])
        return convolution

    return VGG16CAM().eval()


def torch_efficientnet():
    from efficientnet_lite_pytorch import EfficientNet
    from safetensors.torch import load_file

    model = EfficientNet.from_name("efficientnet-lite0")
    state = load_file(f"{ROOT}/Sources/EmbeddedModel/efficientnet-lite0.safetensors")
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("num_batches" in name for name in missing), (missing, unexpected)
    return model.eval()


def peers(model, folder):
    """Functions that run the model once on (1, 3, 224, 224), by name."""
    import torch

    x = torch.rand(1, 3, 224, 224)
    torch.set_num_threads(THREADS)
    found = {}

    def attempt(name, make):
        try:
            run = make()
            run()
            found[name] = run
        except Exception as error:
            print(f"  {name} is left out: {type(error).__name__}: {str(error)[:120]}", file=sys.stderr)

    def torch_run():
        def run():
            with torch.inference_mode():
                return model(x)
        return run

    def channels_last():
        last = model.to(memory_format=torch.channels_last)
        input = x.to(memory_format=torch.channels_last)

        def run():
            with torch.inference_mode():
                return last(input)
        return run

    path = f"{folder}/model.onnx"

    def onnxruntime_run():
        import onnxruntime

        torch.onnx.export(model, x, path, input_names=["x"], dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": x.numpy()})

    def openvino_run():
        import openvino

        core = openvino.Core()
        compiled = core.compile_model(path, "CPU", {
            "INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"})
        request = compiled.create_infer_request()
        return lambda: request.infer([x.numpy()])

    def ncnn_run():
        import ncnn

        torch.jit.trace(model, x).save(f"{folder}/model.pt")
        import pnnx
        executable = os.path.join(os.path.dirname(pnnx.__file__), "bin", "pnnx")
        if not os.path.exists(executable):
            executable = pnnx.EXEC_PATH
        subprocess.run([executable, "model.pt", "inputshape=[1,3,224,224]f32", "fp16=0"], cwd=folder,
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        net = ncnn.Net()
        net.opt.num_threads = THREADS
        net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
        net.opt.use_bf16_storage = False
        net.load_param(f"{folder}/model.ncnn.param")
        net.load_model(f"{folder}/model.ncnn.bin")
        mat = ncnn.Mat(x[0].numpy()).clone()

        def run():
            with net.create_extractor() as extractor:
                extractor.input("in0", mat)
                return np.array(extractor.extract("out0")[1])
        return run

    attempt("ONNX Runtime", onnxruntime_run)
    attempt("OpenVINO", openvino_run)
    attempt("ncnn", ncnn_run)
    attempt("PyTorch", torch_run)
    attempt("PyTorch channels-last", channels_last)
    return found


def camreport(model):
    command = [CAMREPORT, "bench", "--model", model, "--runs", str(RUNS), "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["forward_milliseconds"]


def measure(name, model):
    with tempfile.TemporaryDirectory() as folder:
        runs = peers(model, folder)
        times = {program: [] for program in ["camreport", *runs]}
        for _ in range(ROUNDS):
            times["camreport"].append(camreport(name))
            for program, run in runs.items():
                run()
                for _ in range(RUNS):
                    start = time.perf_counter()
                    run()
                    times[program].append((time.perf_counter() - start) * 1e3)
    medians = {program: statistics.median(values) for program, values in times.items()}
    own = medians["camreport"]
    print(f"\n{name}, forward, batch 1, float32, {THREADS} threads; medians of {ROUNDS * RUNS}")
    for program, median in sorted(medians.items(), key=lambda pair: pair[1]):
        print(f"  {program:<22} {median:8.2f} ms   camreport takes {own / median:5.2f} of it")


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([CAMREPORT, f"{ROOT}/Examples/cat.jpg", "--weights", "synthetic:bench", "--ipynb",
                    f"{folder}/walk.ipynb"], check=True, stdout=subprocess.DEVNULL)
    weights = dict(np.load(f"{folder}/walk-files/weights.npz"))
measure("vgg16-cam", torch_vgg(weights))
measure("efficientnet-lite0", torch_efficientnet())
