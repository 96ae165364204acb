"""What wechatpy's users write: `python sdk.py URL CORP_ID SECRET one|batch FILE`."""

import csv
import sys
import time
from pathlib import Path
from typing import Any

from wechatpy.enterprise import WeChatClient

POLL_SECONDS = 1
FINISHED = 3
CALLBACK = ("http://127.0.0.1:9/nobody", "token", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
FIELDS = {
    "姓名": "name",
    "帐号": "user_id",
    "手机号": "mobile",
    "邮箱": "email",
    "职位": "position",
}


def client(url: str, corp_id: str, secret: str) -> Any:
    """Return a client of another server than WeCom's: wechatpy knows one address for tokens."""

    class Client(WeChatClient):
        API_BASE_URL = f"{url}/cgi-bin/"

        def fetch_access_token(self) -> Any:
            who = {"corpid": corp_id, "corpsecret": secret}
            return self._fetch_access_token(f"{url}/cgi-bin/gettoken", who)

    return Client(corp_id, secret)


def one_by_one(wecom: Any, path: str) -> None:
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            member = {field: row[column] for column, field in FIELDS.items()}
            wecom.user.create(**member, department=[int(row["所在部门"])], to_invite=False)


def batch(wecom: Any, path: str) -> None:
    with Path(path).open("rb") as file:
        media = wecom.media.upload("file", file)["media_id"]
    job = wecom.batch.sync_user(*CALLBACK, media, to_invite=False)["jobid"]
    while wecom.batch.get_result(job)["status"] != FINISHED:
        time.sleep(POLL_SECONDS)


if __name__ == "__main__":
    url, corp_id, secret, way, path = sys.argv[1:]
    started = time.perf_counter()
    {"one": one_by_one, "batch": batch}[way](client(url, corp_id, secret), path)
    sys.stdout.write(f"{time.perf_counter() - started}\n")
