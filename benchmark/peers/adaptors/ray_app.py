"""Ray Serve."""

import asyncio
import os

import ray
from common import BATCH, WORKERS, Model, decode, encode, run_together
from ray import serve
from starlette.requests import Request
from starlette.responses import Response

limits = {"max_ongoing_requests": 256} if "TUNED" in os.environ else {}


@serve.deployment(num_replicas=WORKERS, ray_actor_options={"num_cpus": 1}, **limits)
class Predict:
    def __init__(self):
        self.model = Model()

    @serve.batch(max_batch_size=max(2, BATCH), batch_wait_timeout_s=0.001)
    async def together(self, inputs):
        return run_together(self.model, inputs)

    async def __call__(self, request: Request):
        rows = decode(await request.body())
        output = await self.together(rows) if BATCH > 1 else self.model(rows)
        return Response(encode(output), media_type="application/json")


async def forever():
    await asyncio.Event().wait()


if __name__ == "__main__":
    ray.init(include_dashboard=False, num_cpus=max(2, WORKERS), _temp_dir=os.environ["SCRATCH"])
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["PORT"])})
    serve.run(Predict.bind(), route_prefix="/invocations")
    asyncio.run(forever())
