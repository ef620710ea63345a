"""Writes the pictures Tests/Fixtures/image-* that libvips and the BMP reader are held to, and Pillow's pixels of them.

    pip install pillow==13.0.0 pillow-heif==1.8.1
    python Tests/Python/image_fixtures.py

image-rgb.png and image-expected.json are read and the latter's entries added to; the other pictures are left alone.
"""
import base64
import io
import json
import pathlib
import struct

import pillow_heif
from PIL import Image, ImageOps

pillow_heif.register_heif_opener()
folder = pathlib.Path(__file__).parent.parent / "Fixtures"
rgb = Image.open(folder / "image-rgb.png").convert("RGB")
alpha = Image.linear_gradient("L").resize(rgb.size)
rgba = rgb.copy()
rgba.putalpha(alpha)
expected = json.loads((folder / "image-expected.json").read_text())


def over_white(picture):
    """As the notebook's imread has it."""
    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def put(name, data, pixels=None):
    name = f"image-{name}"
    (folder / name).write_bytes(data)
    picture = pixels or over_white(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
    expected["pixels"][name] = base64.b64encode(picture.tobytes()).decode()


def saved(picture, format, **options):
    data = io.BytesIO()
    picture.save(data, format, **options)
    return data.getvalue()


def tiff(tags, strips, big_endian=False):
    """A TIFF file of one directory: {tag: (type, values)}, for kinds that Pillow does not write."""
    order = ">" if big_endian else "<"
    data = (b"MM\0*" if big_endian else b"II*\0") + struct.pack(order + "I", 8)
    tags = dict(tags) | {273: (4, [0]), 279: (4, [len(strips)])}
    end = 8 + 2 + 12 * len(tags) + 4
    extra = b""
    directory = struct.pack(order + "H", len(tags))
    for tag in sorted(tags):
        kind, values = tags[tag]
        packed = b"".join(struct.pack(order + {3: "H", 4: "I"}[kind], value) for value in values)
        if tag == 273:
            packed = b"START"[:4]
        if len(packed) > 4:
            offset = end + len(extra)
            extra += packed
            packed = struct.pack(order + "I", offset)
        directory += struct.pack(order + "HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    directory = directory.replace(b"STAR", struct.pack(order + "I", end + len(extra)))
    return data + directory + bytes(4) + extra + strips


def bmp(bits, compression, body, masks=(), header=40, height=None):
    """A BMP file of the picture's size, for kinds that Pillow does not write."""
    info = struct.pack("<IiiHHIIiiII", header, rgb.width, height or rgb.height, 1, bits, compression, len(body),
                       2835, 2835, 0, 0)
    info += struct.pack(f"<{len(masks)}I", *masks)
    info = info.ljust(max(header, len(info)), b"\0")
    start = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + info + body


def lines(numbers, bits, upside_down=True):
    """Lines of pixels as BMP has them, from their numbers row by row."""
    rows = [numbers[y * rgb.width:(y + 1) * rgb.width] for y in range(rgb.height)]
    result = b""
    for row in reversed(rows) if upside_down else rows:
        text = "".join(f"{number:0{bits}b}" for number in row) if bits < 8 else None
        line = (int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8), "big") if text
                else b"".join(number.to_bytes(bits // 8, "little") for number in row))
        result += line.ljust(-(-len(line) // 4) * 4, b"\0")
    return result


palette = rgb.quantize(16)
grey = rgb.convert("L")

put("lossless.webp", saved(rgb, "WEBP", lossless=True, quality=100))
put("lossy.webp", saved(rgb, "WEBP", quality=80))
put("alpha.webp", saved(rgba, "WEBP", lossless=True, exact=True))
put("animated.webp", saved(rgb, "WEBP", save_all=True, append_images=[ImageOps.invert(rgb)], lossless=True))
put("colors.heic", saved(rgb, "HEIF", quality=90, chroma=444))
put("colors.avif", saved(rgb, "AVIF", quality=90, subsampling="4:4:4"))
put("alpha.avif", saved(rgba, "AVIF", quality=90, subsampling="4:4:4"))
put("palette.gif", saved(palette, "GIF", interlace=0))
put("interlaced.gif", saved(palette, "GIF", interlace=1))
transparent = palette.copy()
put("transparent.gif", saved(transparent, "GIF", transparency=3))
put("animated.gif", saved(palette, "GIF", save_all=True, append_images=[rgb.transpose(0).quantize(16)]))
put("rgb.tiff", saved(rgb, "TIFF"))
put("lzw.tiff", saved(rgb, "TIFF", compression="tiff_lzw"))
put("deflate.tiff", saved(rgb, "TIFF", compression="tiff_adobe_deflate"))
put("jpeg.tiff", saved(rgb, "TIFF", compression="jpeg", quality=95))
put("gray.tiff", saved(grey, "TIFF"))
put("bilevel.tiff", saved(rgb.convert("1"), "TIFF", compression="group4"))
put("palette.tiff", saved(palette, "TIFF"))
put("rgba.tiff", saved(rgba, "TIFF"))
put("pages.tiff", saved(rgb, "TIFF", save_all=True, append_images=[ImageOps.invert(rgb)]))
inks = Image.open(folder / "image-cmyk.jpg").convert("CMYK")
put("cmyk.tiff", saved(inks, "TIFF"))
# A byte twice, 16 bits of it, is the same number of 8.
wide = {256: (4, [rgb.width]), 257: (4, [rgb.height]), 259: (3, [1]), 278: (4, [rgb.height])}
put("rgb16.tiff", tiff(wide | {258: (3, [16] * 3), 262: (3, [2]), 277: (3, [3])},
                       b"".join(bytes([value, value]) for value in rgb.tobytes()), big_endian=True), rgb)
put("gray16.tiff", tiff(wide | {258: (3, [16]), 262: (3, [1]), 277: (3, [1])},
                        b"".join(bytes([value, value]) for value in grey.tobytes())), grey.convert("RGB"))
put("rgb.bmp", saved(rgb, "BMP"))
put("palette.bmp", saved(palette, "BMP"))
put("gray.bmp", saved(grey, "BMP"))
put("bilevel.bmp", saved(rgb.convert("1"), "BMP"))
numbers = list(palette.tobytes())
colors = palette.getpalette()[:48]
table = b"".join(bytes([blue, green, red, 0]) for red, green, blue in zip(*[iter(colors)] * 3))
data = bytearray(bmp(4, 0, table + lines(numbers, 4)))
data[10:14] = struct.pack("<I", 14 + 40 + len(table))
put("palette4.bmp", bytes(data))
pixels = list(rgb.get_flattened_data())
half = [(red >> 3) << 10 | (green >> 3) << 5 | blue >> 3 for red, green, blue in pixels]
put("rgb555.bmp", bmp(16, 0, lines(half, 16)))
half = [(red >> 3) << 11 | (green >> 2) << 5 | blue >> 3 for red, green, blue in pixels]
put("rgb565.bmp", bmp(16, 3, lines(half, 16), (0xF800, 0x7E0, 0x1F)))
whole = [red << 16 | green << 8 | blue for red, green, blue in pixels]
put("rgb32.bmp", bmp(32, 0, lines(whole, 32)))
put("upright.bmp", bmp(24, 0, lines(whole, 24, upside_down=False), height=-rgb.height))
whole = [alpha << 24 | red << 16 | green << 8 | blue for red, green, blue, alpha in rgba.get_flattened_data()]
put("rgba32.bmp", bmp(32, 3, lines(whole, 32), (0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=108))

# Stored turned and mirrored so that all of them are image-rgb.png upright.
stored = [None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM,
          Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270]
for number, method in enumerate(stored, 1):
    picture = rgb if method is None else rgb.transpose(method)
    exif = Image.Exif()
    exif[0x112] = number
    put(f"orientation{number}.webp", saved(picture, "WEBP", lossless=True, exif=exif), rgb)
    put(f"orientation{number}.heic", saved(picture, "HEIF", quality=90, chroma=444, exif=exif.tobytes()), rgb)
    put(f"orientation{number}.avif", saved(picture, "AVIF", quality=90, subsampling="4:4:4", exif=exif), rgb)
    put(f"orientation{number}.tiff",
        saved(picture, "TIFF", compression="tiff_lzw", tiffinfo={274: number}), rgb)

(folder / "image-expected.json").write_text(json.dumps(expected, indent=1) + "\n")
