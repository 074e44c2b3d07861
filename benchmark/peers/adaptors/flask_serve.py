"""nginx before gunicorn, started as by the sample's `serve`; the arguments are gunicorn's."""

import os
import signal
import subprocess
import sys

scratch = os.environ["SCRATCH"]
socket = f"{scratch}/gunicorn.sock"
# The sample's nginx.conf, but for its paths; tuned keeps connections to gunicorn and bodies in memory.
tuned = "gthread" in sys.argv
config = f"""
daemon off;
worker_processes 1;
pid {scratch}/nginx.pid;
error_log {scratch}/error.log;
events {{ }}
http {{
  default_type application/octet-stream;
  access_log off;
  {"client_body_buffer_size 2m;" if tuned else ""}
  upstream gunicorn {{ server unix:{socket}; {"keepalive 64;" if tuned else ""} }}
  server {{
    listen 127.0.0.1:{os.environ["PORT"]} deferred;
    client_max_body_size 5m;
    keepalive_timeout 5;
    proxy_read_timeout 1200s;
    location ~ ^/(ping|invocations) {{
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Host $http_host;
      {'proxy_http_version 1.1; proxy_set_header Connection "";' if tuned else ""}
      proxy_redirect off;
      proxy_pass http://gunicorn;
    }}
    location / {{ return 404 "{{}}"; }}
  }}
}}
"""
with open(f"{scratch}/nginx.conf", "w") as file:
    file.write(config)

nginx = subprocess.Popen(["nginx", "-c", f"{scratch}/nginx.conf"])
gunicorn = subprocess.Popen(["gunicorn", "-b", f"unix:{socket}", *sys.argv[1:], "flask_app:app"])


def stop(*_):
    nginx.terminate()
    gunicorn.terminate()


signal.signal(signal.SIGTERM, stop)
gunicorn.wait()
nginx.terminate()
