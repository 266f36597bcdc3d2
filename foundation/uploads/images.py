"""Pictures are decoded and saved anew: no position, no camera, no second file at the end."""

import io

from PIL import Image, ImageOps

from foundation.uploads.kinds import Kind, UploadRefused

MAX_PIXELS = 40_000_000
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, for whoever else opens a picture

_FORMATS = {Kind.JPG: "JPEG", Kind.PNG: "PNG"}
_KEPT = ("icc_profile", "transparency", "dpi")
_TOO_LARGE = "图片尺寸过大（超过 4000 万像素）。请缩小后重新上传。"


def cleaned_image(content: bytes, kind: Kind) -> bytes:
    try:
        # The guard against huge pictures speaks before anything is decoded.
        with Image.open(io.BytesIO(content), formats=(_FORMATS[kind],)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise UploadRefused(_TOO_LARGE)
            image.load()
            return _saved(image, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UploadRefused(_TOO_LARGE) from error
    # Pillow's decoders report broken data in all these ways.
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError) as error:
        raise UploadRefused("图片已损坏，无法打开。请重新导出或拍摄后上传。") from error


def _saved(image: Image.Image, kind: Kind) -> bytes:
    # The position of a phone turned sideways is in the EXIF data that go.
    ImageOps.exif_transpose(image, in_place=True)
    # Saving writes what it finds in `info`: comments and other people's data too.
    image.info = {key: image.info[key] for key in _KEPT if key in image.info}
    buffer = io.BytesIO()
    if kind is Kind.PNG:
        image.save(buffer, "PNG", compress_level=3)  # a third of the time of 6, hardly larger
    elif image.mode in ("RGB", "L"):
        image.save(buffer, "JPEG", quality=92)
    else:
        # Print colours (CMYK) look wrong in browsers, and their profile does not fit RGB.
        plain = image.convert("RGB")
        plain.info = {}
        plain.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
