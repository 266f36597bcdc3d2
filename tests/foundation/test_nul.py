"""PostgreSQL refuses a NUL in any text: without a guard each of these was a fault of the program."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "args", "query"),
    [
        ("portal:honour", ["\0"], ""),
        ("portal:honour-qr", ["\0"], ""),
        ("dashboard:feed-ics", ["\0"], ""),
        ("portal:home", [], "?q=a%00b"),
        ("portal:verify", [], "?number=%00"),
    ],
)
def test_a_nul_in_an_address_is_a_bad_request(client, name, args, query):
    client.raise_request_exception = False

    response = client.get(reverse(name, args=args) + query)

    assert response.status_code == 400
    assert "Traceback" not in response.content.decode()


def test_the_same_address_without_it_opens(client):
    assert client.get(reverse("portal:home") + "?q=a%30b").status_code == 200
