"""Whether Keras trains on several workers: two local processes under tf.distribute.MultiWorkerMirroredStrategy.

    python -m benchmarks.workers

`Model.fit` is tried as it is, and a loop written by hand over `strategy.run` with summed gradients; of each, what the
workers ended with is said beside what one process ends with on the same batches. As of Keras 3.15.1 and TensorFlow
2.21.0 `fit` fails (keras issue 20585), so the pipeline trains in one process.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import numpy as np

WORKERS, STEPS, RATE = 2, 4, 0.01


def work(way: str) -> None:
    """Train a small model, as one of the workers that TF_CONFIG names or alone; print the sums of its weights."""
    import keras
    import tensorflow as tf

    several = "TF_CONFIG" in os.environ
    strategy = tf.distribute.MultiWorkerMirroredStrategy() if several else tf.distribute.get_strategy()
    generator = np.random.default_rng(0)
    x = generator.normal(size=(256, 8)).astype(np.float32)
    y = (x @ generator.normal(size=(8, 1))).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(64).repeat()
    with strategy.scope():
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.layers.Dense(4), keras.layers.Dense(1)])
        model.build((None, 8))
        model.compile(keras.optimizers.SGD(RATE), "mse", jit_compile=False)
    if way == "fit":
        model.fit(data, steps_per_epoch=STEPS, verbose=0)
    else:
        batches = iter(strategy.experimental_distribute_dataset(data))
        for _ in range(STEPS):
            strategy.run(_step, args=(model, next(batches), strategy.num_replicas_in_sync))
    print("weights", *(f"{float(np.sum(weight)):.6f}" for weight in model.get_weights()))


def _step(model, batch, replicas):  # type: ignore[no-untyped-def]
    """Take a step of gradient descent on one replica's share of a batch."""
    import tensorflow as tf

    values = [variable.value for variable in model.trainable_variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(batch[0], training=True) - batch[1]) ** 2) / replicas
    gradients = tf.distribute.get_replica_context().all_reduce("sum", tape.gradient(loss, values))
    for value, gradient in zip(values, gradients, strict=True):
        value.assign_sub(RATE * gradient)


def told(way: str, workers: int) -> list[str]:
    """Return what each process said last: its weights, or its error's first line."""
    ports = []
    for _ in range(workers):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    processes = []
    for index in range(workers):
        addresses = [f"127.0.0.1:{port}" for port in ports]
        told = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        settings = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
        environment = {**os.environ, **settings, **({"TF_CONFIG": json.dumps(told)} if workers > 1 else {})}
        command = [sys.executable, "-m", "benchmarks.workers", way]
        processes.append(
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        )
    found = []
    for process in processes:
        out, errors = process.communicate()
        lines = [line for line in (out + errors).splitlines() if line.startswith("weights") or "Error: " in line]
        found.append((lines or [f"ended with {process.returncode}"])[0][:200])
    return found


def main() -> None:
    for way in ("fit", "loop"):
        print(f"{way}, one process: {told(way, 1)[0]}")
        for index, line in enumerate(told(way, WORKERS)):
            print(f"{way}, worker {index}: {line}")


if __name__ == "__main__":
    if sys.argv[1:] in (["fit"], ["loop"]):
        work(sys.argv[1])
    else:
        main()
