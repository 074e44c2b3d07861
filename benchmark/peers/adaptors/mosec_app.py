"""mosec: a Rust front that batches, Python workers behind it."""

from common import BATCH, WORKERS, Model, decode, encode, run_together
from mosec import Server, Worker


class Predict(Worker):
    resp_mime_type = "application/json"

    def __init__(self):
        super().__init__()
        self.model = Model()

    def deserialize(self, data):
        return decode(data)

    def serialize(self, data):
        return encode(data).encode()

    def forward(self, data):
        return run_together(self.model, data) if BATCH > 1 else self.model(data)


if __name__ == "__main__":
    server = Server()
    wait = {"max_batch_size": BATCH, "max_wait_time": 1} if BATCH > 1 else {}
    server.append_worker(Predict, num=WORKERS, route="/invocations", **wait)
    server.run()
