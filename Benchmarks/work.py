"""Where the benchmark's own files are, and how they are made: they stay in .build/bench for the next time."""

import dataclasses
import glob
import os
import shutil
import sys

import numpy as np

import process

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PHOTO = f"{ROOT}/Examples/cat.jpg"
MODELS = ["vgg16-cam", "efficientnet-lite0"]


@dataclasses.dataclass
class Work:
    camreport: str
    folder: str
    notebook_python: str
    rounds: int
    threads: int = dataclasses.field(default_factory=lambda: len(os.sched_getaffinity(0)))

    @property
    def vgg_weights(self):
        """VGG16-CAM's weights as the notebook reads them. The values are made from a formula: the real ones are not
        camreport's to give, and a pass takes as long with these."""
        path = f"{self.folder}/vgg16CAM.npy"
        if not os.path.exists(path):
            walk = self.fresh_folder("walk")
            process.run([self.camreport, PHOTO, "--weights", "synthetic:bench", "--ipynb", f"{walk}/walk.ipynb"])
            process.run([self.camreport, "weights", "convert", f"{walk}/walk-files/weights.npz", path])
            shutil.rmtree(walk)
        return path

    def weights_option(self, model):
        return ["--weights", self.vgg_weights] if model == "vgg16-cam" else []

    def model(self, model):
        """The folder with the model in every peer's format, the input, and camreport's logits for it."""
        folder = f"{self.folder}/{model}"
        sources = [f"{HERE}/export.py", f"{HERE}/networks.py", self.vgg_weights]
        exported = f"{folder}/model.pt"
        if not os.path.exists(exported) or any(os.path.getmtime(s) > os.path.getmtime(exported) for s in sources):
            print(f"Writing {model} in the peers' formats", file=sys.stderr)
            self.fresh_folder(model)
            try:
                process.run([sys.executable, f"{HERE}/export.py", model, self.vgg_weights, folder])
            except process.Failed as failure:
                print(f"  {model} was not exported: {failure}", file=sys.stderr)
        tensors = self.fresh_folder("tensors")
        process.run([self.camreport, PHOTO, "--model", model, *self.weights_option(model), "--html", f"{tensors}/out",
                     "--save-tensors", tensors])
        image = saved(tensors, "image")
        np.save(f"{folder}/input.npy", np.ascontiguousarray(image.transpose(0, 3, 1, 2)))
        np.save(f"{folder}/logits.npy", saved(tensors, "CAM_fc" if model == "vgg16-cam" else "logits"))
        shutil.rmtree(tensors)
        return folder

    def fresh_folder(self, name):
        path = f"{self.folder}/{name}"
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path


def saved(folder, step):
    """One of the tensors that --save-tensors wrote: NN-step.npy."""
    [path] = glob.glob(f"{folder}/[0-9]*-{step}.npy")
    return np.load(path)
