"""Sealing: what one key seals for one business opens there alone, and a key can take the place of another."""

from __future__ import annotations

import base64
import stat
import threading
from pathlib import Path

import pytest

from fieldfare.adapters.sealing import KEY_FILE, BadSecretKeyError, Sealer, secret_key_from, secret_key_in
from fieldfare.ports.integrations import SealBrokenError

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
CONTENT = b'{"token": "pit-canary"}'


def sealed() -> bytes:
    return Sealer(KEY).seal(CONTENT, business="b", provider="ghl")


def flipped(number: int) -> bytes:
    changed = bytearray(sealed())
    changed[number] ^= 1
    return bytes(changed)


def test_what_was_sealed_is_opened() -> None:
    assert Sealer(KEY).open(sealed(), business="b", provider="ghl") == CONTENT


def test_a_seal_shows_nothing_and_never_looks_the_same() -> None:
    assert b"canary" not in sealed()
    assert sealed() != sealed()


def test_nothing_of_a_key_stands_in_a_representation() -> None:
    shown = f"{Sealer(KEY)!r} {Sealer(KEY)}"
    assert shown == "Sealer() Sealer()"


@pytest.mark.parametrize(
    ("seal", "key", "business", "provider"),
    [
        pytest.param(sealed(), OTHER, "b", "ghl", id="another key"),
        pytest.param(sealed(), KEY, "a", "ghl", id="another business"),
        pytest.param(sealed(), KEY, "b", "other", id="another provider"),
        pytest.param(sealed(), KEY, 'b", "', "ghl", id="a name that looks like two"),
        *(
            pytest.param(flipped(number), KEY, "b", "ghl", id=f"byte {number}")
            for number in (0, 2, 3, 6, 7, 18, 19, -1)
        ),
        pytest.param(sealed()[:-1], KEY, "b", "ghl", id="cut off"),
        pytest.param(sealed()[:10], KEY, "b", "ghl", id="too short"),
        pytest.param(b"", KEY, "b", "ghl", id="empty"),
        pytest.param(CONTENT, KEY, "b", "ghl", id="never sealed"),
    ],
)
def test_what_was_sealed_for_others_or_changed_is_not_opened(
    seal: bytes, key: bytes, business: str, provider: str
) -> None:
    with pytest.raises(SealBrokenError) as refused:
        Sealer(key).open(seal, business=business, provider=provider)
    assert "canary" not in str(refused.value)


def test_an_older_key_opens_and_the_newest_seals() -> None:
    both = Sealer(OTHER, before=[KEY])

    assert both.open(sealed(), business="b", provider="ghl") == CONTENT
    anew = both.seal(CONTENT, business="b", provider="ghl")
    assert Sealer(OTHER).open(anew, business="b", provider="ghl") == CONTENT
    with pytest.raises(SealBrokenError):
        Sealer(KEY).open(anew, business="b", provider="ghl")
    assert [both.is_newest(one) for one in (sealed(), anew)] == [False, True]


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"x"])
def test_a_key_has_32_bytes(key: bytes) -> None:
    with pytest.raises(BadSecretKeyError):
        Sealer(key)
    with pytest.raises(BadSecretKeyError):
        Sealer(KEY, before=[key])


_BINARY = bytes(range(224, 256))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (base64.b64encode(KEY).decode(), KEY),
        (base64.b64encode(_BINARY).decode(), _BINARY),
        (base64.urlsafe_b64encode(_BINARY).decode(), _BINARY),
        (base64.b64encode(KEY).decode().rstrip("="), KEY),
        (KEY.hex(), KEY),
        (KEY.hex().upper(), KEY),
        (f"  {base64.b64encode(KEY).decode()}\n", KEY),
    ],
)
def test_a_key_is_written_as_base64_or_hex(text: str, key: bytes) -> None:
    assert secret_key_from(text) == key


@pytest.mark.parametrize("text", ["", "canary", "canary" * 8, KEY.hex()[:-1], "zz" * 32, "canaryé", "=" * 44])
def test_what_is_no_key_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(BadSecretKeyError, match="32 random bytes") as refused:
        secret_key_from(text)
    assert "canary" not in str(refused.value)


def test_a_folder_has_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    key = secret_key_in(folder)

    assert len(key) == 32
    assert secret_key_in(folder) == key
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert secret_key_in(tmp_path / "another") != key


def test_of_many_who_make_a_key_at_once_all_get_the_same(tmp_path: Path) -> None:
    together, got = threading.Barrier(8), list[bytes]()

    def ask() -> None:
        together.wait()
        got.append(secret_key_in(tmp_path))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 8
    assert len(set(got)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_a_file_that_holds_no_key_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("canary")
    with pytest.raises(BadSecretKeyError):
        secret_key_in(tmp_path)
    assert (tmp_path / KEY_FILE).read_text() == "canary"
