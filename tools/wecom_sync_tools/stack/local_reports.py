"""The reports of a local stack, without the SDK, which takes longer than all the rest of a command.

The emulator asks a reader of S3 for the key, and looks at no signature.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from urllib.parse import quote, urlencode, urlsplit

from botocore.exceptions import EndpointConnectionError

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.stack.documents import ReportBucket
from wecom_sync_tools.stack.home import StackNote

TIMEOUT_SECONDS = 20
_FOUND, _MISSING = 200, 404


class LocalReports(ReportBucket):
    """Reads the report bucket in the emulator, `page` names at a time."""

    def __init__(self, note: StackNote, page: int = 1000) -> None:
        self._page = page
        self._address = note.aws_endpoint
        self._bucket = note.report_bucket
        scope = f"{note.access_key}/20260101/{note.region}/s3/aws4_request"
        self._key = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=-"

    def get(self, key: str) -> bytes | None:
        return self._answer(f"/{quote(key)}")

    def _listed(self, folder: str, beginning: str = "", most: int | None = None) -> Sequence[str]:
        asked = {"list-type": 2, "delimiter": "/", "max-keys": most or self._page}
        asked["prefix"] = f"{folder}{beginning}"
        names: list[str] = []
        token: str | None = ""
        while token is not None:
            more = {"continuation-token": token} if token else {}
            answer = self._answer(f"?{urlencode({**asked, **more})}") or b"<none/>"
            page = ET.fromstring(answer)  # noqa: S314 - the emulator's own
            names += [it.text or "" for it in page.iterfind("{*}CommonPrefixes/{*}Prefix")]
            names += [it.text or "" for it in page.iterfind("{*}Contents/{*}Key")]
            token = None if most else page.findtext("{*}NextContinuationToken")
        return [name.removeprefix(folder).removesuffix("/") for name in names]

    def _answer(self, path: str) -> bytes | None:
        connection = HTTPConnection(urlsplit(self._address).netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "GET", f"/{self._bucket}{path}", headers={"Authorization": self._key}
            )
            response = connection.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            raise EndpointConnectionError(endpoint_url=self._address, error=error) from error
        finally:
            connection.close()
        if response.status not in {_FOUND, _MISSING}:
            raise CommandError("aws_failed", details=content.decode("utf-8", "replace"))
        return content if response.status == _FOUND else None
