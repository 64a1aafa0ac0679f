# The plain numpy way through workload C: one scenario after the other, whole columns.
# usage: python3 loss-numpy.py SCENARIOS.json SAMPLES [SEED]; prints JSON: mean, p50, p90, p99 of each scenario's loss a year, seconds and memory.
import json
import resource
import sys
import time

import numpy as np

scenarios = json.load(open(sys.argv[1]))
samples = int(float(sys.argv[2]))
generator = np.random.Generator(np.random.SFC64(int(sys.argv[3]) if len(sys.argv) > 3 else 1))


def pert(points):
    low, mode, high = points
    return low + (high - low) * generator.beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), samples)


start = time.time()
used = time.process_time()
answers = []
for scenario in scenarios:
    vulnerability = float(np.mean(pert(scenario['tcap']) > pert(scenario['cs'])))
    loss = pert(scenario['pl'])
    loss += pert(scenario['slef']) * pert(scenario['slem'])
    loss *= pert(scenario['tef'])
    loss *= vulnerability
    answers.append([float(loss.mean()), *(float(x) for x in np.quantile(loss, [0.5, 0.9, 0.99]))])
print(json.dumps({'engine': f'numpy {np.__version__}', 'seconds': time.time() - start, 'cpuSeconds': time.process_time() - used, 'rssMiB': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, 'answers': answers}))
