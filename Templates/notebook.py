import base64
import io
import json
import math

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display
from numpy import einsum, squeeze, transpose, uint8
from PIL import Image, ImageOps


# Weights and photos

variables = {}


def load(path):
    """Arrays by name from .npz, .safetensors, or the notebook's .npy of a dictionary {layer: {name: array}}."""
    with open(path, "rb") as file:
        start = file.read(8)
        if start.startswith(b"PK"):
            return dict(np.load(path))
        if start.startswith(b"\x93NUMPY"):
            layers = np.load(path, encoding="latin1", allow_pickle=True).item()
            return {f"{layer}/{name}": values
                    for layer, arrays in layers.items() for name, values in arrays.items()}
        header = json.loads(file.read(int.from_bytes(start, "little")))
        values = file.read()
    types = {"F16": np.float16, "F32": np.float32, "F64": np.float64}
    return {name: np.frombuffer(values[slice(*entry["data_offsets"])], types[entry["dtype"]])
            .reshape(entry["shape"])
            for name, entry in header.items() if name != "__metadata__"}


def variable(name, read=None, axes=None):
    """A parameter of the network: `read` is its name in the file, `axes` brings the file's axes into our order."""
    values = np.asarray(pretrained_weights[read or name], np.float32)
    variables[name] = transpose(values, axes) if axes else values
    return variables[name]


def imread(path):
    """A photo as (height, width, 3) bytes, upright, over white where it is transparent."""
    photo = ImageOps.exif_transpose(Image.open(path))
    if photo.mode in ("RGBA", "LA", "P", "PA"):
        photo = photo.convert("RGBA")
        white = Image.new("RGBA", photo.size, "white")
        photo = Image.alpha_composite(white, photo)
    return np.asarray(photo.convert("RGB"))


def covering(img, size):
    """The smallest size that covers `size`, (rows, columns), and keeps the photo's proportions."""
    (height, width), (rows, columns) = img.shape[:2], size
    return (rows, rows * width // height) if width * rows >= height * columns else (columns * height // width, columns)


def resize(img, size, resample):
    rows, columns = size
    return np.asarray(Image.fromarray(img).resize((columns, rows), Image.Resampling[resample.upper()]))


def center_crop(img, size):
    top, left = (round((n - s) / 2) for n, s in zip(img.shape[:2], size))
    return img[top:top + size[0], left:left + size[1]]


def expand_dims(img, axis):
    return np.expand_dims(img, axis).astype(np.float32)


def grayscale(x):
    return x @ np.float32([[0.299], [0.587], [0.114]])


# Layers: feature maps are (batch, height, width, channels), kernels (height, width, in, out)

def pair(number):
    """A number for rows and one for columns."""
    return number if isinstance(number, tuple) else (number, number)


def zeros_around(size, reach, stride, padding, axis):
    """How many zeros stand before and after an axis of `size` that a window of `reach` slides along."""
    if padding == "VALID":
        return 0, 0
    if padding == "SAME":
        total = max((math.ceil(size / stride) - 1) * stride + reach - size, 0)
        return total // 2, total - total // 2
    return padding[axis]


def windows(x, kernel, strides, padding, dilations=1, fill=0.0):
    """For each place under the kernel, the values that lie there as the window slides."""
    strides, dilations = pair(strides), pair(dilations)
    around, sizes = [], []
    for axis, (extent, stride, dilation) in enumerate(zip(kernel, strides, dilations)):
        reach = (extent - 1) * dilation + 1
        before, after = zeros_around(x.shape[axis + 1], reach, stride, padding, axis)
        around.append((before, after))
        sizes.append((x.shape[axis + 1] + before + after - reach) // stride + 1)
    x = np.pad(x, ((0, 0), *around, (0, 0)), constant_values=fill)
    for row in range(kernel[0]):
        for column in range(kernel[1]):
            top, left = row * dilations[0], column * dilations[1]
            yield row, column, x[:, top:top + (sizes[0] - 1) * strides[0] + 1:strides[0],
                                 left:left + (sizes[1] - 1) * strides[1] + 1:strides[1]]


def conv2d(x, W, strides, padding, dilations=1, groups=1):
    if groups > 1:
        parts = zip(np.split(x, groups, axis=3), np.split(W, groups, axis=3))
        return np.concatenate([conv2d(a, k, strides, padding, dilations) for a, k in parts], axis=3)
    return sum(part @ W[row, column]
               for row, column, part in windows(x, W.shape[:2], strides, padding, dilations))


def depthwise_conv2d(x, W, strides, padding, dilations=1):
    return sum(part * W[row, column, 0]
               for row, column, part in windows(x, W.shape[:2], strides, padding, dilations))


def max_pool(x, ksize, strides, padding, dilations=1):
    kernel = pair(ksize)
    parts = [part for _, _, part in windows(x, kernel, strides, padding, dilations, fill=-np.inf)]
    return np.max(parts, axis=0)


def avg_pool(x, ksize, strides, padding, dilations=1, count_include_pad=False):
    kernel = pair(ksize)
    total = sum(part for _, _, part in windows(x, kernel, strides, padding, dilations))
    if count_include_pad:
        return total / np.float32(kernel[0] * kernel[1])
    ones = np.ones_like(x[..., :1])
    return total / sum(part for _, _, part in windows(ones, kernel, strides, padding, dilations))


def constant(values):
    return np.float32(values)


def batch_normalization(x, mean, variance, offset, scale, epsilon):
    return (x - mean) * (scale / np.sqrt(variance + np.float32(epsilon))) + offset


def normalized(x, epsilon):
    """Each place's channels less their mean, and divided by their deviation, with that in front."""
    x = x.astype(np.float64)
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + epsilon)
    return deviation, (x - x.mean(axis=-1, keepdims=True)) / deviation


def layer_normalization(x, offset, scale, epsilon):
    return normalized(x, epsilon)[1].astype(np.float32) * scale + offset


def layer_normalization_gradient(gradient, x, scale, epsilon):
    deviation, normal = normalized(x, epsilon)
    passed = gradient * scale
    passed = passed - passed.mean(axis=-1, keepdims=True) - normal * (passed * normal).mean(axis=-1, keepdims=True)
    return (passed / deviation).astype(np.float32)


def channel_shuffle(x, groups):
    parts = x.reshape(*x.shape[:-1], groups, x.shape[-1] // groups)
    return np.swapaxes(parts, -1, -2).reshape(x.shape)


def bias_add(x, b):
    return x + b


def relu(x):
    return np.maximum(x, 0)


def relu6(x):
    return np.clip(x, 0, 6)


def clip(x, low, high):
    return np.clip(x, low, high)


def leaky_relu(x, alpha):
    return np.where(x > 0, x, np.float32(alpha) * x)


def sigmoid(x):
    # e⁻ˣ of a large negative x is more than float32 holds; what is meant then, 0, comes out all the same.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def silu(x):
    return x * sigmoid(x)


def hard_sigmoid(x, alpha, beta):
    return clip(np.float32(alpha) * x + np.float32(beta), 0, 1)


def hard_swish(x):
    return x * clip(x / 6 + np.float32(0.5), 0, 1)


def gelu(x):
    # Φ(x) by the error function, for which NumPy has none.
    share = np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)), otypes=[np.float32])
    return x * share(x)


def gelu_tanh(x):
    return x / 2 * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x ** 3)))


def tanh(x):
    return np.tanh(x)


def elu(x, alpha):
    return np.where(x > 0, x, np.float32(alpha) * np.expm1(np.minimum(x, 0)))


def selu(x, alpha, gamma):
    return np.float32(gamma) * elu(x, alpha)


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def softsign(x):
    return x / (1 + np.abs(x))


def mish(x):
    return x * np.tanh(softplus(x))


def prelu(x, gamma):
    return np.where(x > 0, x, gamma * x)


def local_response_normalization(x, size, alpha, beta, bias):
    # The channels around each: those below it, itself, and as many or one more above it.
    around = np.pad(x ** 2, ((0, 0), (0, 0), (0, 0), ((size - 1) // 2, size // 2)))
    sums = sum(around[..., k:k + x.shape[3]] for k in range(size))
    return x / (np.float32(bias) + np.float32(alpha / size) * sums) ** np.float32(beta)


def resize_axis(size, to, scale, coordinates, rounding):
    """The matrix that makes `to` places along an axis of `size`: of the nearest of these where it is said how to round, else of two."""
    place, exact = np.arange(to), scale * size
    if coordinates == 'align_corners':
        position = place * ((size - 1) / (exact - 1) if exact != 1 else 0)
    elif coordinates == 'asymmetric':
        position = place / scale
    elif coordinates == 'pytorch_half_pixel' and exact == 1:
        position = place - 0.5
    else:
        offset = size / 2 * (1 - to / exact) if coordinates == 'half_pixel_symmetric' else 0
        position = offset + (place + 0.5) / scale - 0.5
    nearest = {'floor': np.floor(position), 'ceil': np.ceil(position), 'round_prefer_ceil': np.floor(position + 0.5),
               'round_prefer_floor': np.ceil(position - 0.5), None: np.floor(position)}[rounding].astype(int)
    share = np.zeros(to) if rounding else position - nearest
    matrix = np.zeros((to, size), dtype=np.float32)
    for index, weight in ((nearest, 1 - share), (nearest + 1, share)):
        np.add.at(matrix, (place, np.clip(index, 0, size - 1)), weight)
    return matrix


def resize_maps(x, size, scales, coordinates, rounding=None):
    rows, columns = (resize_axis(x.shape[axis + 1], size[axis], scales[axis], coordinates, rounding) for axis in (0, 1))
    return np.einsum('rh,nhwc,sw->nrsc', rows, x, columns)


def flatten(x):
    return x.reshape(len(x), -1)


def unflatten(x):
    return x[:, np.newaxis, np.newaxis, :]


def concat(parts, axis):
    return np.concatenate(parts, axis=axis)


def split(W, parts, axis):
    return np.split(W, parts, axis=axis)


def reduce_mean(x, axis, keepdims=False):
    return x.mean(axis=tuple(axis), dtype=np.float64, keepdims=keepdims).astype(np.float32)


def dropout(x, keep_prob):
    return x


def matmul(x, W):
    return x @ W


def softmax_exact(logits):
    powers = np.exp(logits.astype(np.float64) - logits.max())
    return powers / powers.sum()


def softmax(logits):
    return softmax_exact(logits).astype(np.float32)


def top(logits, count):
    """The classes with the largest logits, the largest first."""
    return np.argsort(-logits[0], kind="stable")[:count]


# Class activation maps

def gather(rows, indices):
    return rows[indices]


def resize_bilinear(maps, size, half_pixel_centers=False, stride=None, center=None):
    """TensorFlow 1's rule: pixel i reads the source at i * places / pixels. With half_pixel_centers places lie at the
    middles of equal parts of the picture; with stride and center at those of receptive fields, each axis its own."""
    def taps(places, pixels, axis):
        scale, offset = np.float32(places) / np.float32(pixels), np.float32(0)
        if half_pixel_centers:
            offset = np.float32(0.5) * scale - np.float32(0.5)
        if stride:
            scale = np.float32(1) / np.float32(stride[axis])
            offset = (np.float32(0.5) - np.float32(center[axis])) * scale
        position = np.clip(np.arange(pixels, dtype=np.float32) * scale + offset, 0, places - 1)
        first = position.astype(int)
        return first, np.minimum(first + 1, places - 1), np.float32(position - first)
    top, bottom, down = taps(maps.shape[1], size[0], 0)
    left, right, across = taps(maps.shape[2], size[1], 1)
    wide = maps[:, :, left] + (maps[:, :, right] - maps[:, :, left]) * across
    return wide[:, top] + (wide[:, bottom] - wide[:, top]) * down[:, None]


def blend(img, m, cmap, alpha):
    """In floating point: sums of bytes would wrap round and turn the hottest places blue."""
    return uint8(np.floor((1 - alpha) * img + alpha * np.float32(colored(m, cmap)) + 0.5))


# Fine-tuning

def sparse_softmax_cross_entropy_with_logits(logits, label):
    """−log of the label's probability, which may be too small for a number itself."""
    logits = logits[0].astype(np.float64)
    return np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[label]


def one_hot(label, depth):
    return np.eye(1, depth, label)


def l2_loss(W):
    return np.sum(np.square(W, dtype=np.float64)) / 2


def trainable_variables():
    """What training changes; the moving statistics of batch normalization are measured, not learned."""
    return {name: values for name, values in variables.items()
            if not name.endswith(("/mean", "/variance"))}


# What a step shows

def agreed(value, recorded, rounding=0):
    """The report's number, of four digits, where this one agrees with it within float32 rounding, else this one."""
    if recorded is not None and abs(value - recorded) <= 6e-4 * abs(recorded) + rounding:
        value = recorded
    return f"{value:.4g}".replace("-", "\u2212")


def show(x, recorded=(None,) * 4):
    """Shape and statistics; a number that agrees with the report's is printed as the report has it."""
    x = np.asarray(x)
    exact = x.astype(np.float64)
    numbers = exact.min(), exact.mean(), exact.max(), exact.std()
    # A mean near zero is a sum whose terms cancel: it is as exact as they are large.
    roundings = 0, 1e-6 * max(abs(numbers[0]), abs(numbers[2])), 0, 0
    texts = [agreed(*triple) for triple in zip(numbers, recorded, roundings)]
    print(shape_text(x.shape), x.dtype)
    print(" · ".join(f"{name} {text}" for name, text in zip(("min", "mean", "max", "std"), texts)))


def shape_text(shape):
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def arithmetic(x, kernel, strides, padding, dilations=1):
    """How the output's rows and columns follow from the input's."""
    lines = []
    for axis, (extent, stride, dilation) in enumerate(zip(kernel, pair(strides), pair(dilations))):
        size, reach = x.shape[axis + 1], (extent - 1) * dilation + 1
        added = sum(zeros_around(size, reach, stride, padding, axis))
        taken = reach
        if padding == "SAME":
            taken, added = (1 if added else reach), 0
        top = size + added - taken
        quotient = f"({size}{f' + {added}' if added else ''} \u2212 {taken}) / {stride}"
        if top % stride:
            quotient = f"\u230a{quotient}\u230b"
        lines.append(f"{quotient} + 1 = {top // stride + 1}")
    print("\n".join(dict.fromkeys(lines)))


def colored(m, cmap):
    """Bytes 0 … 255 as colours (height, width, 3)."""
    return matplotlib.colormaps[cmap](m, bytes=True)[..., :3]


def stretched(m):
    """Values scaled to bytes by their minimum and maximum."""
    low, high = m.min(), m.max()
    return uint8((m - low) / (high - low) * 255) if high > low else np.zeros(m.shape, np.uint8)


def ranges(maps, recorded=None):
    """The smallest and the largest value of each map, as they are written; the report's own where they agree with it."""
    texts = []
    for m, numbers in zip(maps, recorded or [(None, None)] * len(maps)):
        rounding = 1e-6 * abs(m).max()
        texts.append([agreed(*pair, rounding) for pair in zip((m.min(), m.max()), numbers)])
    return texts


# Letters of 3 × 5 squares: an octal digit for each row, a bit for each square.
letters = {
    "0": "75557", "1": "26227", "2": "71747", "3": "71717", "4": "55711", "5": "74717", "6": "74757", "7": "71111",
    "8": "75757", "9": "75717", ".": "00002", "e": "74647", "+": "02720", "\u2212": "00700"}


def written(number):
    """A number's text as (10, width) squares of two pixels: 1 where there is ink."""
    rows = ["0".join(f"{int(letters[letter][row]):03b}" for letter in number) for row in range(5)]
    return np.kron([[int(bit) for bit in row] for row in rows], np.ones((2, 2), int))


def with_bar(picture, low, high):
    """A map's picture and below it jet's colours, with the values of the first and the last at their ends."""
    height, own_width = picture.shape[:2]
    width = max(own_width, 176)
    whole = np.full((height + 28, width, 3), 20, np.uint8)
    whole[:height, :own_width] = picture
    whole[height + 4:height + 12] = colored(np.arange(width) * 255 // (width - 1), "jet")
    low, high = written(low), written(high)
    whole[-12:-2, 4:4 + low.shape[1]][low > 0] = 200
    whole[-12:-2, -4 - high.shape[1]:-4][high > 0] = 200
    return whole


def side_by_side(pictures, columns, edge, ranges=None):
    """Pictures of one size in rows, each of its pixels as large as lets it fill `edge`, with their colours' ranges."""
    factor = max(edge // max(pictures[0].shape[:2]), 1)
    pictures = [np.kron(picture, np.ones((factor, factor, 1), np.uint8)) for picture in pictures]
    if ranges:
        pictures = [with_bar(picture, *texts) for picture, texts in zip(pictures, ranges)]
    height, width = pictures[0].shape[:2]
    rows = math.ceil(len(pictures) / columns)
    columns = min(columns, len(pictures))
    whole = np.full((rows * (height + 4) + 4, columns * (width + 4) + 4, 3), 20, np.uint8)
    for index, picture in enumerate(pictures):
        top, left = (index // columns) * (height + 4) + 4, (index % columns) * (width + 4) + 4
        whole[top:top + height, left:left + width] = picture
    return whole


def feature_maps(x, channels):
    return side_by_side([colored(stretched(x[0, :, :, c]), "viridis") for c in channels], 8, 96)


def most_active(x, count=16):
    means = x.sum(axis=(0, 1, 2), dtype=np.float64)
    return sorted(range(x.shape[3]), key=lambda c: (-means[c], c))[:count]


def picture(pixels, alt):
    """Shows (height, width, 3) bytes as they are, with words for those who cannot see them."""
    buffer = io.BytesIO()
    plt.imsave(buffer, pixels, format="png")
    data = {"image/png": base64.b64encode(buffer.getvalue()).decode(), "text/plain": alt}
    height, width = pixels.shape[:2]
    display(data, metadata={"image/png": {"width": width, "height": height, "alt": alt}}, raw=True)
