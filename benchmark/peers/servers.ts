/** All that is compared: how each server is started, as its documentation starts it and as well as we know to. */

/** Shell commands in adaptors/, with the server's own packages first in PATH. $PORT, $CORES, $SCRATCH, $FOLDER and $MODEL are set. */
export type Row = {
  name: string
  variant: string
  command: string
  /** For adaptors/common.py and the adaptor: THREADS of a session, WORKERS, BATCH. */
  environment?: Record<string, string>
  /** For the light model only: batches of ResNet-50 gain nothing on a CPU. */
  light?: Record<string, string>
  /** Speaks the Open Inference Protocol instead of taking bodies as they are. */
  protocol?: 'open-inference'
}

export const OURS = 'onnx-serving'

const cores = { WORKERS: '$CORES' }
const tuned = { ...cores, THREADS: '1' }
const batches = { BATCH: '32' }
const serve =
  'node $ROOT/dist/main.js --host 127.0.0.1 --port $PORT --model $FOLDER --device cpu --log-level warn'
const sample = 'python flask_serve.py --workers $CORES --timeout 60'
const uvicorn = 'uvicorn fastapi_app:app --host 127.0.0.1 --port $PORT --log-level warning'
const mosec = 'python mosec_app.py --address 127.0.0.1 --port $PORT --log-level warning'
const bento = 'bentoml serve bentoml_app:Predict --host 127.0.0.1 --port $PORT'

export const ROWS: readonly Row[] = [
  { name: OURS, variant: 'default', command: serve },
  { name: OURS, variant: 'nginx', command: `${serve} --front nginx` },
  { name: 'flask', variant: 'default', command: `${sample} --worker-class sync` },
  {
    name: 'flask',
    variant: 'tuned',
    command: `${sample} --worker-class gthread --threads 4 --backlog 64`,
    environment: tuned,
  },
  { name: 'fastapi', variant: 'default', command: uvicorn },
  {
    name: 'fastapi',
    variant: 'tuned',
    command: `${uvicorn} --workers $CORES`,
    environment: { ...tuned, INLINE: '1' },
  },
  { name: 'mosec', variant: 'default', command: mosec },
  { name: 'mosec', variant: 'tuned', command: mosec, environment: tuned, light: batches },
  { name: 'mosec', variant: 'tuned, no batches', command: mosec, environment: tuned },
  { name: 'litserve', variant: 'default', command: 'python litserve_app.py' },
  {
    name: 'litserve',
    variant: 'tuned',
    command: 'python litserve_app.py',
    environment: tuned,
    light: batches,
  },
  { name: 'bentoml', variant: 'default', command: bento },
  { name: 'bentoml', variant: 'tuned', command: bento, environment: tuned, light: batches },
  { name: 'mlserver', variant: 'default', command: 'python mlserver_app.py', protocol: 'open-inference' },
  {
    name: 'mlserver',
    variant: 'tuned',
    command: 'python mlserver_app.py',
    environment: tuned,
    // Without worker processes, which cost more than they gain here.
    light: { ...batches, WORKERS: '0' },
    protocol: 'open-inference',
  },
  { name: 'mms', variant: 'default', command: 'python mms_app.py', environment: cores },
  { name: 'mms', variant: 'tuned', command: 'python mms_app.py', environment: { ...tuned, TUNED: '1' } },
  { name: 'torchserve', variant: 'default', command: 'python torchserve_app.py' },
  {
    name: 'torchserve',
    variant: 'tuned',
    command: 'python torchserve_app.py',
    environment: tuned,
    light: batches,
  },
  { name: 'ray', variant: 'default', command: 'python ray_app.py' },
  {
    name: 'ray',
    variant: 'tuned',
    command: 'python ray_app.py',
    environment: {
      ...{ ...tuned, TUNED: '1' },
      ...{ RAY_SERVE_THROUGHPUT_OPTIMIZED: '1', RAY_SERVE_ENABLE_HA_PROXY: '1' },
    },
    light: batches,
  },
]

/** As tables and plots call them. */
export const TITLES: Record<string, string> = {
  [OURS]: 'onnx-serving',
  flask: 'nginx + gunicorn + Flask',
  fastapi: 'FastAPI',
  mosec: 'mosec',
  litserve: 'LitServe',
  bentoml: 'BentoML',
  mlserver: 'MLServer',
  mms: 'Multi Model Server',
  torchserve: 'TorchServe',
  ray: 'Ray Serve',
}
