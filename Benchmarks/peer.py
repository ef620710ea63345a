"""One peer, in a process of its own: loads a network, warms up, times forward passes, prints the times as JSON.

    peer.py RUNTIME FOLDER INPUT THREADS RUNS LOGITS

INPUT is the (1, 3, 224, 224) array to run on; the logits are written to LOGITS, to be compared.
"""

import json
import sys
import time

import numpy as np

WARM_UP_SECONDS = 0.5
WARM_UP_RUNS = 5


def onnxruntime(folder, threads, image):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(f"{folder}/model.onnx", options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda: session.run(None, {name: image})[0]


def openvino(folder, threads, image):
    import openvino

    compiled = openvino.Core().compile_model(f"{folder}/model.onnx", "CPU", {
        "INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request()
    return lambda: request.infer([image], share_inputs=True)[0]


def ncnn(folder, threads, image):
    import ncnn

    net = ncnn.Net()
    net.opt.num_threads = threads
    # Winograd is on by default; half precision would not compute the same.
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_packed = net.opt.use_bf16_storage = False
    if net.load_param(f"{folder}/model.ncnn.param") or net.load_model(f"{folder}/model.ncnn.bin"):
        raise OSError(f"ncnn could not load {folder}")
    image = ncnn.Mat(image[0]).clone()

    def run():
        with net.create_extractor() as extractor:
            extractor.input("in0", image)
            return np.array(extractor.extract("out0")[1])[None]
    return run


def pytorch(folder, threads, image, layout="contiguous_format"):
    import warnings

    import torch

    warnings.filterwarnings("ignore")
    torch.set_num_threads(threads)
    layout = getattr(torch, layout)
    model = torch.jit.load(f"{folder}/model.pt").eval().to(memory_format=layout)
    image = torch.from_numpy(image).to(memory_format=layout)

    def run():
        with torch.inference_mode():
            return model(image).numpy()
    return run


def pytorch_channels_last(folder, threads, image):
    return pytorch(folder, threads, image, "channels_last")


RUNTIMES = {
    "ncnn": ncnn, "ONNX Runtime": onnxruntime, "OpenVINO": openvino, "PyTorch": pytorch,
    "PyTorch channels-last": pytorch_channels_last}


def main(runtime, folder, input, threads, runs, logits):
    run = RUNTIMES[runtime](folder, int(threads), np.load(input))
    began, warm = time.perf_counter(), 0
    while warm < WARM_UP_RUNS or time.perf_counter() - began < WARM_UP_SECONDS:
        output = run()
        warm += 1
    samples = []
    for _ in range(int(runs)):
        start = time.perf_counter()
        run()
        samples.append((time.perf_counter() - start) * 1e3)
    np.save(logits, output)
    print(json.dumps({"milliseconds": samples}))


if __name__ == "__main__":
    main(*sys.argv[1:])
