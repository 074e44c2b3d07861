"""Flask as in AWS's sample scikit_bring_your_own, `predictor.py`."""

from flask import Flask, Response, request

from common import Model, decode, encode

app = Flask(__name__)
model = Model()


@app.get("/ping")
def ping():
    return Response("\n", mimetype="application/json")


@app.post("/invocations")
def invocations():
    return Response(encode(model(decode(request.get_data()))), mimetype="application/json")
