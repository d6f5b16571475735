from pod.body.pico.start import start

start()
