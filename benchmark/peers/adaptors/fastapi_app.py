"""FastAPI. $INLINE runs the model in the event loop, which spares the hop to a thread and blocks everything else meanwhile."""

import os

from common import Model, decode, encode
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

app = FastAPI()
model = Model()
INLINE = "INLINE" in os.environ


def answer(body):
    return encode(model(decode(body)))


@app.post("/invocations")
async def invocations(request: Request):
    body = await request.body()
    text = answer(body) if INLINE else await run_in_threadpool(answer, body)
    return Response(text, media_type="application/json")
