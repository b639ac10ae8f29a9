"""Good tokens spelled another way: the JSON of the claims, the encoding, the header around them."""

import json
from collections.abc import Callable

from tests.access.forgeries.registry import CASES, HEADERS, case
from tests.access.minting import Signer, b64, json_bytes, signed

# --- The JSON of the claims -----------------------------------------------------------------------------------------


def _raw_claims(name: str, edit: Callable[[bytes], bytes]) -> None:
    CASES[f"json/{name}"] = lambda by: signed(by, edit(json_bytes(by.claims())))


_raw_claims("duplicate sub", lambda good: good[:-1] + b',"sub":"somebody-else"}')
_raw_claims("duplicate sub with an escape", lambda good: good[:-1] + b',"s\\u0075b":"somebody-else"}')
_raw_claims(
    "duplicate role list", lambda good: good.replace(b'"roles":["sales"]', b'"roles":["sales"],"roles":["admin"]')
)
_raw_claims("duplicate organization", lambda good: good[:-1] + b',"organization":{"globex":{"id":"t-2"}}}')
_raw_claims("NaN", lambda good: good[:-1] + b',"x":NaN}')
_raw_claims("infinity", lambda good: good[:-1] + b',"x":-Infinity}')
_raw_claims("1e400", lambda good: good[:-1] + b',"x":1e400}')
_raw_claims("-1e400", lambda good: good[:-1] + b',"x":[-1e400]}')
_raw_claims("1e999999999999", lambda good: good[:-1] + b',"x":1e999999999999}')
_raw_claims("NaN as a time", lambda good: good[:-1] + b',"nbf":NaN}')
_raw_claims("1e400 as a time", lambda good: good[:-1] + b',"nbf":-1e400}')
_raw_claims("full width digits", lambda good: good[:-1] + ',"nbf":\uff11}'.encode())
_raw_claims("Arabic digits", lambda good: good[:-1] + ',"nbf":\u0661}'.encode())
_raw_claims("hexadecimal", lambda good: good[:-1] + b',"nbf":0x1}')
_raw_claims("a number with a leading zero", lambda good: good[:-1] + b',"nbf":01}')
_raw_claims("trailing comma", lambda good: good[:-1] + b",}")
_raw_claims("single quotes", lambda good: good.replace(b'"', b"'"))
_raw_claims("a number of 4,500 digits", lambda good: good[:-1] + b',"x":' + b"9" * 4500 + b"}")
_raw_claims("nested too deep", lambda good: good[:-1] + b',"x":' + b"[" * 4000)
_raw_claims("byte order mark", lambda good: b"\xef\xbb\xbf" + good)
_raw_claims("UTF-16", lambda good: good.decode().encode("utf-16"))
_raw_claims("not UTF-8", lambda good: good.replace(b'"sam"', b'"s\xffm"'))
_raw_claims("trailing garbage", lambda good: good + b"{}")
_raw_claims("comment", lambda good: b"/**/" + good)
_raw_claims("a list", lambda good: b"[" + good + b"]")
_raw_claims("a string", lambda good: json_bytes(good.decode()))
_raw_claims("null", lambda _: b"null")
_raw_claims("empty", lambda _: b"")

# --- The spelling of the token --------------------------------------------------------------------------------------


def _spelled(name: str, edit: Callable[[str], str]) -> None:
    CASES[f"encoding/{name}"] = lambda by: edit(signed(by, by.claims()))


def _unused_bits(token: str) -> str:
    """256 bytes leave four unused bits in the last letter; the next letter decodes to the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


_spelled("unused bits set", _unused_bits)
_spelled("one padding character", lambda token: token + "=")
_spelled("two padding characters", lambda token: token + "==")
_spelled("padding in the claims", lambda token: token.replace(".", "=.", 1))
_spelled("padding written %3D", lambda token: token + "%3D%3D")
_spelled("standard base64 alphabet", lambda token: token.replace("-", "+").replace("_", "/") + "+/")
_spelled("extra dot at the end", lambda token: token + ".")
_spelled("extra dot in front", lambda token: "." + token)
_spelled("extra empty part", lambda token: token.replace(".", "..", 1))
_spelled("extra part", lambda token: token + ".AAAA")
_spelled("two extra dots at the end", lambda token: token + "..")
_spelled("dot and newline at the end", lambda token: token + ".\n")
_spelled("trailing carriage return and newline", lambda token: token + "\r\n")
_spelled("two trailing newlines", lambda token: token + "\n\n")
_spelled("trailing line separator", lambda token: token + "\u2028")
_spelled("trailing next line", lambda token: token + "\x85")
_spelled("trailing vertical tab", lambda token: token + "\v")
_spelled("ideographic full stops", lambda token: token.replace(".", "\u3002"))
_spelled("full width full stops", lambda token: token.replace(".", "\uff0e"))
_spelled("two parts", lambda token: token.rpartition(".")[0])
_spelled("one part", lambda token: token.replace(".", ""))
_spelled("only dots", lambda _: "..")
_spelled("trailing newline", lambda token: token + "\n")
_spelled("newline inside", lambda token: token[:40] + "\n" + token[40:])
_spelled("space inside", lambda token: token[:40] + " " + token[40:])
_spelled("tab at the end", lambda token: token + "\t")
_spelled("null byte at the end", lambda token: token + "\0")
_spelled("foreign character inside", lambda token: token[:40] + "!" + token[40:])
_spelled("zero width space", lambda token: token + "\u200b")
_spelled("full width letters", lambda token: "\uff45" + token[1:])
_spelled("twice", lambda token: token + token)
_spelled("quoted", lambda token: f'"{token}"')
_spelled("empty", lambda _: "")
_spelled("8 KB and one more", lambda token: token + "A" * (8 * 1024 + 1 - len(token)))
_spelled("100 KB", lambda _: "A" * 100 * 1024)
_spelled("100 KB of dots", lambda _: "." * 100 * 1024)


@case("encoding/100 KB of claims")
def _(by: Signer) -> str:
    return signed(by, {**by.claims(), "padding": "x" * 100 * 1024})


@case("encoding/JSON serialization")
def _(by: Signer) -> str:
    header, claims, signature = signed(by, by.claims()).split(".")
    return json.dumps({"protected": header, "payload": claims, "signature": signature})


@case("encoding/general JSON serialization")
def _(by: Signer) -> str:
    header, claims, signature = signed(by, by.claims()).split(".")
    return json.dumps({"payload": claims, "signatures": [{"protected": header, "signature": signature}]})


@case("encoding/JWE compact serialization")
def _(by: Signer) -> str:
    header = {"alg": "dir", "enc": "A256GCM", "typ": "JWT", "kid": by.kid}
    parts = (json_bytes(header), b"", bytes(12), json_bytes(by.claims()), bytes(16))
    return ".".join(b64(part) for part in parts)


# --- The Authorization header around a good token -------------------------------------------------------------------


def _around(name: str, form: str) -> None:
    HEADERS[f"scheme/{name}"] = lambda by: form.replace("TOKEN", signed(by, by.claims()))


_around("missing", "TOKEN")
_around("alone", "Bearer")
_around("alone with a space", "Bearer ")
_around("empty", "")
_around("lower case without a space", "bearerTOKEN")
_around("one letter more", "bearers TOKEN")
_around("Basic", "Basic TOKEN")
_around("DPoP", "DPoP TOKEN")
_around("two spaces", "Bearer  TOKEN")
_around("tab", "Bearer\tTOKEN")
_around("no space", "BearerTOKEN")
_around("colon", "Bearer: TOKEN")
_around("leading space", " Bearer TOKEN")
_around("trailing space", "Bearer TOKEN ")
_around("trailing newline", "Bearer TOKEN\n")
_around("twice", "Bearer Bearer TOKEN")
_around("two headers joined", "Bearer TOKEN, Bearer TOKEN")
_around("two headers joined, the first forged", "Bearer x, Bearer TOKEN")
_around("no-break space", "Bearer\u00a0TOKEN")
_around("Cyrillic look-alike", "\u0412earer TOKEN")
_around("Greek look-alike", "\u0392earer TOKEN")
_around("full width look-alike", "\uff22earer TOKEN")
_around("zero width joiner", "Bearer\u200d TOKEN")
_around("query style", "access_token=TOKEN")
