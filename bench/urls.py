"""The product's addresses and three more, which are the limit that a page is compared with."""

from django.urls import path

from bench import limit
from config import urls as product

handler400, handler403 = product.handler400, product.handler403
handler404, handler500 = product.handler404, product.handler500
urlpatterns = [
    *product.urlpatterns,
    path("bench/read", limit.bare_read, name="bench-read"),
    path("bench/framed", limit.framed_read, name="bench-framed"),
    path("bench/write", limit.bare_write, name="bench-write"),
]
