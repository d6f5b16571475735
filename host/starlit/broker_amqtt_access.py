"""The rules of `trust.access` for the broker built in, as plugins that amqtt asks."""

from dataclasses import dataclass
from typing import Any

from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session


@dataclass
class _Config:
    access: Any = None  # trust.access.Access


class Passwords(BaseAuthPlugin):
    Config = _Config

    async def authenticate(self, *, session: Session) -> bool | None:
        return self.config.access.admits(session.username, session.password)


class Topics(BaseTopicPlugin):
    Config = _Config

    async def topic_filtering(
        self,
        *,
        session: Session | None = None,
        topic: str | None = None,
        action: Action | None = None,
    ) -> bool | None:
        user = session.username if session else None
        return self.config.access.allows(user, topic or "", action == Action.PUBLISH)
