"""Pictures are decoded and saved anew: no position, no camera, no second file at the end."""

import io
import threading
from typing import IO

from PIL import ExifTags, Image

from foundation.uploads.kinds import Kind, UploadRefused

# Decoded, a pixel takes four bytes: at this size, and one picture at a time, a worker that has the
# whole program loaded stays below 300 MB (docs/verification.md).
MAX_PIXELS = 25_000_000
_ONE_AT_A_TIME = threading.Lock()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own guard, for whoever else opens a picture

_FORMATS = {Kind.JPG: "JPEG", Kind.PNG: "PNG"}
_KEPT = ("icc_profile", "transparency", "dpi")
_TURNED = range(2, 9)


def cleaned_image(file: IO[bytes], kind: Kind) -> bytes:
    try:
        # The guard against huge pictures speaks before anything is decoded.
        with _ONE_AT_A_TIME, Image.open(file, formats=(_FORMATS[kind],)) as image:
            limit = _limit(image)
            if image.width * image.height > limit:
                raise _too_large(limit)
            image.load()
            return _saved(image, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(MAX_PIXELS) from error
    # Pillow's decoders report broken data in all these ways.
    except (OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError, IndexError) as error:
        raise UploadRefused("图片已损坏，无法打开。请重新导出或拍摄后上传。") from error


def _limit(image: Image.Image) -> int:
    """A progressive file, or one in print colours, takes twice the memory of any other."""
    doubled = image.info.get("progressive") or image.mode == "CMYK"
    return MAX_PIXELS // 2 if doubled else MAX_PIXELS


def _too_large(limit: int) -> UploadRefused:
    return UploadRefused(f"图片尺寸过大（超过 {limit // 10_000} 万像素）。请缩小后重新上传。")


def _saved(image: Image.Image, kind: Kind) -> bytes:
    exif = _orientation_only(image)
    # Saving writes what it finds in `info`: comments and other people's data too.
    image.info = {key: image.info[key] for key in _KEPT if key in image.info}
    buffer = io.BytesIO()
    if kind is Kind.PNG:
        # A third of the time of level 6, hardly larger.
        image.save(buffer, "PNG", compress_level=3, exif=exif)
    elif image.mode in ("RGB", "L"):
        image.save(buffer, "JPEG", quality=92, exif=exif)
    else:
        # Print colours (CMYK) look wrong in browsers, and their profile does not fit RGB.
        plain = image.convert("RGB")
        plain.info = {}
        plain.save(buffer, "JPEG", quality=92, exif=exif)
    return buffer.getvalue()


def _orientation_only(image: Image.Image) -> bytes:
    """How the phone was held stays, as a mark: turning the pixels would take their memory twice."""
    orientation = image.getexif().get(ExifTags.Base.Orientation)
    if orientation not in _TURNED:
        return b""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    return exif.tobytes()
