from __future__ import annotations

import pytest

from tasks.fetch.network import proxy_for, refusal

REFUSED = [
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
    "::127.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::808:808", "fec0::1", "5f00::1", "3fff::1",
    "192.88.99.1", "2a00:1450::5efe:10.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_what_is_not_the_public_internet_is_refused(address: str) -> None:
    assert refusal(address, 443, ()) is not None


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]
)
def test_the_public_internet_is_not(address: str) -> None:
    assert refusal(address, 443, ()) is None
    assert refusal(address, 80, ()) is None
    assert refusal(address, 22, ()) is not None


def test_what_is_allowed_is_allowed_on_any_port() -> None:
    assert refusal("127.0.0.1", 8700, ("10.0.0.0/8", "127.0.0.0/8")) is None
    assert refusal("127.0.0.1", 8700, ("10.0.0.0/8",)) is not None
    assert refusal("::1", 80, ("127.0.0.0/8",)) is not None


def test_proxies_are_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "inside.example")
    proxies = {"http": "http://proxy.example:3128", "no": "inside.example"}
    assert proxy_for("http://herald.example/", proxies) == "http://proxy.example:3128"
    assert proxy_for("http://inside.example/", proxies) is None
    assert proxy_for("https://herald.example/", proxies) is None
    assert proxy_for("https://herald.example/", {}) is None
