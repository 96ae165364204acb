"""The callback envelope against WeCom's published vectors, and against forgers."""

import base64
import json
import re
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from Crypto.Cipher import AES
from hypothesis import given
from hypothesis import strategies as st

from wecom_simulator.web.crypto import encrypt, sign
from wecom_sync.domain.errors import SignatureError
from wecom_sync.wecom.callback_crypto import (
    CallbackEvent,
    Query,
    encrypted_of,
    open_envelope,
    read_callback,
    verification,
    verify_url,
)
from wecom_sync.wecom.credentials import Credentials, job_credentials

VECTORS = json.loads((Path(__file__).parents[1] / "data/wecom-vectors.json").read_text())
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OURS = Credentials("token1", KEY, "ww1234567890abcdef")
EVENT = (
    "<xml><ToUserName><![CDATA[ww1234567890abcdef]]></ToUserName><MsgType>event</MsgType>"
    "<Event><![CDATA[batch_job_result]]></Event><BatchJob><JobId><![CDATA[J1]]></JobId>"
    "<JobType><![CDATA[sync_user]]></JobType><ErrCode>{code}</ErrCode>"
    "<ErrMsg><![CDATA[ok]]></ErrMsg></BatchJob></xml>"
)


def signed(encrypted: str) -> tuple[Query, str]:
    return Query(sign(OURS.token, "1", "n", encrypted), "1", "n"), encrypted


def posted(message: str, wrap: str = "<xml><Encrypt><![CDATA[%s]]></Encrypt></xml>") -> Any:
    query, encrypted = signed(encrypt(KEY, OURS.receive_id, message.encode()))
    return read_callback(OURS, query, encrypted_of((wrap % encrypted).encode()))


def test_an_event_names_its_job() -> None:
    event = posted(EVENT.format(code=45026))

    assert (event.kind, event.job_type) == ("batch_job_result", "sync_user")
    assert (event.job_id, event.errcode) == ("J1", 45026)


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("name", ["encrypt", "Encrypt"])
def test_the_json_variant_is_read(name: str, nested: bool) -> None:
    job = {"JobId": "J2", "JobType": "replace_party"}
    inner = {"Event": "batch_job_result", **({"BatchJob": job} if nested else job)}

    event = posted(f"\n{json.dumps(inner)}", '{"tousername":"ww","' + name + '":"%s"}')

    assert (event.job_id, event.job_type, event.errcode) == ("J2", "replace_party", 0)


ENTITY = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>'
DTD = '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml><Event>x</Event></xml>'


@pytest.mark.parametrize("bomb", [ENTITY, DTD, "<xml><Event>", "", "[1]", "\x00"])
def test_a_document_with_a_dtd_or_none_at_all_is_refused_inside_and_outside(bomb: str) -> None:
    with pytest.raises(SignatureError):
        posted(bomb)
    with pytest.raises(SignatureError):
        encrypted_of(bomb.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "unicode_escape", "punycode", "hex", "utf-16"])
def test_a_document_is_utf_8_whatever_encoding_it_names(encoding: str) -> None:
    head = f"<?xml version='1.0' encoding='{encoding}'?>"

    assert posted(f"{head}<xml/>", f"{head}<xml><Encrypt>%s</Encrypt></xml>").kind == ""


@given(st.binary(max_size=300), st.binary(min_size=16, max_size=16))
def test_what_was_sealed_opens_whatever_its_random_prefix(message: bytes, prefix: bytes) -> None:
    assert open_envelope(OURS, *signed(encrypt(KEY, OURS.receive_id, message, prefix))) == message


@given(st.text(), st.text(), st.binary(max_size=200))
def test_noise_is_refused_and_never_crashes(signature: str, nonce: str, body: bytes) -> None:
    with pytest.raises(SignatureError):
        read_callback(OURS, Query(signature, "1", nonce), encrypted_of(body))


@given(st.binary(min_size=1), st.text(), st.text())
def test_derived_credentials_are_what_wecom_takes(master: bytes, corp: str, run: str) -> None:
    made = job_credentials(master, corp, run, "ww")

    assert re.fullmatch("[A-Za-z0-9]{32}", made.token)
    assert re.fullmatch("[A-Za-z0-9]{43}", made.aes_key)


@given(st.text(max_size=70), st.binary(min_size=16, max_size=16))
def test_a_verification_of_ours_opens_as_one_of_wecoms_does(echo: str, noise: bytes) -> None:
    query = verification(OURS, echo, 1767323045, lambda count: noise[:count])

    assert verify_url(OURS, Query.parse(query), query["echostr"]) == echo
    signature = sign(OURS.token, "1767323045", query["nonce"], query["echostr"])
    assert query["msg_signature"] == signature
    assert query["echostr"] == encrypt(KEY, OURS.receive_id, echo.encode(), noise)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_published_vectors_open(vector: dict[str, Any]) -> None:
    credentials = Credentials(vector["token"], vector["encoding_aes_key"], vector["receive_id"])
    query = Query(vector["msg_signature"], vector["timestamp"], vector["nonce"])

    assert open_envelope(credentials, query, vector["encrypt"]).decode() == vector["plaintext"]
    spoilt = vector["encrypt"].replace("+", " ")
    assert verify_url(credentials, query, spoilt) == vector["plaintext"]


def test_a_message_without_a_job_is_an_event_of_its_kind() -> None:
    event = "<xml><MsgType>event</MsgType><Event>change_contact</Event></xml>"

    assert posted(event) == CallbackEvent("change_contact")


FOR_OTHERS = {
    "another receiver": (OURS, replace(OURS, receive_id="wwother"), ""),
    "no base64": (OURS, OURS, "!"),
    "wrong token": (replace(OURS, token="other"), OURS, ""),
    "wrong key": (replace(OURS, aes_key=KEY[::-1]), OURS, ""),
    "no key": (replace(OURS, aes_key="x"), OURS, ""),
}


@pytest.mark.parametrize("name", FOR_OTHERS)
def test_what_is_for_others(name: str) -> None:
    opened_with, sealed_for, mark = FOR_OTHERS[name]
    encrypted = encrypt(sealed_for.aes_key, sealed_for.receive_id, b"hello")

    with pytest.raises(SignatureError):
        open_envelope(opened_with, *signed(mark + encrypted))


@pytest.mark.parametrize("missing", ["msg_signature", "timestamp", "nonce"])
def test_a_missing_parameter_is_refused(missing: str) -> None:
    parameters = {"msg_signature": "a", "timestamp": "b", "nonce": "c"}

    with pytest.raises(SignatureError):
        Query.parse({name: value for name, value in parameters.items() if name != missing})


RECEIVER = OURS.receive_id.encode()
PAD = 32 - (16 + 4 + 5 + len(RECEIVER)) % 32


def plain_with(length: int, pad: bytes = bytes([PAD]) * PAD) -> bytes:
    return b"r" * 16 + length.to_bytes(4, "big") + b"hello" + RECEIVER + pad


def opened(plain: bytes) -> bytes:
    """Seal a plaintext that is already padded, well or badly, under a good signature; open it."""
    key = base64.b64decode(KEY + "=")
    encrypted = base64.b64encode(AES.new(key, AES.MODE_CBC, key[:16]).encrypt(plain)).decode()
    return open_envelope(OURS, *signed(encrypted))


PADS = [b"\x00" * PAD, b"\x01" * (PAD - 1) + bytes([PAD]), bytes([PAD + 32]) * (PAD + 32)]
PLAINS = [
    *(plain_with(5, pad) for pad in PADS),
    *(plain_with(length) for length in (4, 6, 2**32 - 1)),
    *(bytes([size]) * size for size in (16, 32)),
]


@pytest.mark.parametrize("plain", PLAINS)
def test_bad_padding_and_bad_lengths_are_refused_under_a_good_signature(plain: bytes) -> None:
    assert opened(plain_with(5)) == b"hello"

    with pytest.raises(SignatureError):
        opened(plain)


def test_each_job_has_its_own_credentials_and_the_same_each_time() -> None:
    named = product((b"master", b"other"), ("acme", "beta"), ("1", "2", "1"))
    of_jobs = [job_credentials(*names, "ww") for names in named]

    assert {len({it.aes_key for it in of_jobs}), len({it.token for it in of_jobs})} == {8}
