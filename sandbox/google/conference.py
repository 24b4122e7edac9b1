"""Meet links: asked for with an event, there a little later (Google guide: create events)."""

import hashlib

from sandbox.google.model import ApiError, Conference, Event, Json, Meet

_LETTERS = "abcdefghijkmnopqrstuvwxyz"


class Conferences:
    """`pending_gets`: so many reads of the event still say `pending` before the outcome shows."""

    def __init__(self) -> None:
        self.outcome = Conference.SUCCESS
        self.pending_gets = 2
        self.meet_root = "https://meet.google.com/"

    def ask(self, event_id: str, given: Json | None, *, version: str, before: Meet | None) -> Meet | None:
        """The event's conference after this request; ApiError where the whole request fails for it."""
        if version != "1" or self.outcome is Conference.IGNORED:
            return before
        if given is None:
            return None
        request = given.get("createRequest")
        if request is None:
            raise ApiError(400, "invalid", "Invalid conference data: send a createRequest, never a copy.")
        if not request.get("requestId"):
            raise ApiError(400, "required", "Missing conference requestId.")
        kind = (request.get("conferenceSolutionKey") or {}).get("type", "hangoutsMeet")
        if kind != "hangoutsMeet" or self.outcome is Conference.REFUSED:
            raise ApiError(400, "invalid", "Invalid conference type value.")
        if before is not None and before.request_id == request["requestId"]:
            return before
        code = _code(f"{event_id}/{request['requestId']}")
        pending = self.pending_gets
        return Meet(request_id=request["requestId"], code=code, outcome=self.outcome, gets_left=pending)

    def shown(self, event: Event) -> Json:
        """`conferenceData` and `hangoutLink`, as far as they are there."""
        meet = event.meet
        if meet is None:
            return {}
        status = self._status(meet)
        request = {
            "requestId": meet.request_id,
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
            "status": {"statusCode": status},
        }
        if status != "success":
            return {"conferenceData": {"createRequest": request}}
        link = self.meet_root + meet.code
        video = {"entryPointType": "video", "uri": link, "label": link.partition("://")[2]}
        more = {"entryPointType": "more", "uri": f"https://tel.meet/{meet.code}?pin=1234567890123"}
        solution = {"key": {"type": "hangoutsMeet"}, "name": "Google Meet", "iconUri": ""}
        data = {
            "createRequest": request,
            "entryPoints": [more, video],  # the video entry need not be the first
            "conferenceSolution": solution,
            "conferenceId": meet.code,
        }
        return {"conferenceData": data, "hangoutLink": link}

    def read(self, event: Event) -> None:
        """One GET has gone by."""
        if event.meet is not None and event.meet.gets_left > 0:
            event.meet.gets_left -= 1

    def _status(self, meet: Meet) -> str:
        if meet.gets_left > 0 or meet.outcome is Conference.NEVER:
            return "pending"
        return "failure" if meet.outcome is Conference.FAILURE else "success"


def _code(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:10])
    return f"{letters[:3]}-{letters[3:7]}-{letters[7:]}"
