"""One POST to a webhook. Redirects are not followed, and the answer's words are not read (S12)."""

from collections.abc import Mapping

import httpx2

from triage.webhooks.targets import Target

TIMEOUT = 10.0


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> str:
    """Empty when it was taken, else why not, in general words."""
    sent = {**headers, "Host": target.host_header, "Content-Type": "application/json", "User-Agent": "triage"}
    try:
        with (
            httpx2.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False) as client,
            client.stream(
                "POST", target.url, content=body, headers=sent, extensions={"sni_hostname": target.host}
            ) as answer,
        ):
            return "" if answer.is_success else f"answered {answer.status_code}"
    except httpx2.HTTPError:
        return "no connection"
