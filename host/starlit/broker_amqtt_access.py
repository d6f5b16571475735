"""The rules of `trust.access` for the broker built in."""

from dataclasses import dataclass
from typing import Any

from amqtt.broker import Broker
from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin
from amqtt.session import Session

from starlit.trust.access import Access


@dataclass
class _Config:
    access: Any = None  # trust.access.Access


class Passwords(BaseAuthPlugin):
    """Who gets in: a plugin that amqtt asks at each CONNECT."""

    Config = _Config

    async def authenticate(self, *, session: Session) -> bool | None:
        return self.config.access.admits(session.username, session.password)


class GuardedBroker(Broker):
    """Who may do what. Not as a plugin: amqtt asks those with a pause in the midst of its table of
    subscriptions, and loses the message where that has changed meanwhile (0.12.1)."""

    access: Access

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        return self.access.allows(session.username, topic, action == Action.PUBLISH)
