"""What the pod says of itself: once a second its telemetry, and its state when that changes."""

from . import arming, reporter, ticks


class Voice:
    def __init__(self, pod):
        self._pod = pod
        self._tele_ms = 0
        self._state = None
        self._mode = None
        self._told = False  # the present state has reached the link

    def start(self, now_ms):
        self._tele_ms = now_ms

    def linked(self, now_ms):
        """The link is up again, or something was set: everything current is said anew."""
        self._told = False
        self._tele_ms = now_ms

    def due_ms(self, now_ms):
        return ticks.diff(self._tele_ms, now_ms)

    def step(self, inputs, outputs):
        pod = self._pod
        if ticks.diff(pod.now_ms, self._tele_ms) >= 0:
            self._tele_ms = ticks.add(pod.now_ms, reporter.TELE_MS)
            self._each_second(inputs, outputs)
        self._say_state(inputs.link_up, outputs)
        if inputs.link_up:
            pod.report.flush(outputs)
            if pod.report.due_ms(pod.now_ms) == 0:
                pod.report.ping(outputs, pod.now_ms, pod.now_us())

    def _each_second(self, inputs, outputs):
        pod = self._pod
        senses, teller = pod.senses, pod.teller
        pod.renew()
        senses.each_second(pod.now_ms)
        self._hash_sky(outputs)
        bpm = senses.heart.bpm or None
        teller.change("heart", {"bpm": bpm, "quality": senses.heart.quality})
        teller.change("lux", senses.room.mlx / 1000 if senses.room.mlx >= 0 else None)
        teller.change("sleep", pod.director.sleep_state())
        if inputs.link_up:
            pod.report.tele(outputs, self._tele(inputs, outputs, bpm))
        dips = pod.bond.tell(senses.pulse, pod.now_ms, pod.shared_ms())
        if dips and pod.bond.friend is not None and pod.state() == "ritual":
            pod.report.give(outputs, "pulse", {"dips_ms": dips})

    def _hash_sky(self, outputs):
        sky = self._pod.show.scene.sky
        second = self._pod.shared_ms() // 1000
        if second != outputs.sky_second:
            sky.at(second * 1000)
            outputs.sky_second = second
            outputs.sky_hash = sky.hash()

    def _tele(self, inputs, outputs, bpm):
        pod = self._pod
        shared, senses = pod.config.share_heart, pod.senses
        body = {
            "nonce": pod.link.issue_nonce(pod.now_ms), "quality": senses.heart.quality,
            "contact": senses.contact, "heart_bpm": bpm if shared else None,
            "sleep": pod.director.sleep_state() if shared else None,  # a heart has its say in it
            "lux_mlx": senses.room.mlx, "temp_c": inputs.case_temp_c,
            "mem_free": inputs.mem_free, "state": pod.state(), "mode": pod.mode(),
            "switch": "in" if pod.plug.switch_in else "out", "rail": outputs.rail,
            "dose": pod.director.left(), "bad_rx": pod.link.refused,
            "dropped_rx": pod.link.dropped + inputs.messages_dropped,
            "sync_error_us": pod.time.error_us(pod.now_ms) if pod.time.in_step() else None,
            "coasting": pod.time.coasting(pod.now_ms),
            "sky": {"second": outputs.sky_second, "hash": outputs.sky_hash},
        }
        if pod.pending or pod.bond.asked is not None:
            body["pending"] = True  # for the hand at the pod to confirm
        if pod.bond.friend is not None:
            body["pulse"] = pod.bond.friend
        if (shared or not senses.contact) and pod.bond.friend is None:
            # The ring shows pulses: it is only sent where each heart may be seen.
            body["leds"] = "".join(["%02x" % level for level in outputs.leds])
        return body

    def _say_state(self, linked, outputs):
        pod = self._pod
        state, mode = pod.state(), pod.mode()
        if state != self._state or mode != self._mode:
            self._state, self._mode = state, mode
            self._told = False
            pod.teller.note({"state": state, "mode": mode})
        if linked and not self._told:
            self._told = True
            pod.report.state(outputs, self._whole(state, mode))

    def _whole(self, state, mode):
        pod = self._pod
        config, scores = pod.config, pod.director.scores
        return {
            "state": state, "mode": mode, "night": pod.director.dose.night,
            "firmware": config.firmware, "body": config.body, "profile": config.profile,
            "armed": config.armed, "share_heart": config.share_heart,
            "armed_until_s": arming.until_s(config), "cap": pod.director.learned.cap,
            "score": scores.tonight.name, "cues": scores.names(),
            "calibration": config.calibration(),
            "switch": "in" if pod.plug.switch_in else "out",
        }
