import { CLUSTER_OWNER, DATABASE, startCluster } from '../cluster.ts';

const [dir = ''] = process.argv.slice(2);
const cluster = await startCluster({ dir, log: (line) => console.error(line) }).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
console.log(JSON.stringify({ pid: cluster.pid, url: cluster.url(DATABASE, CLUSTER_OWNER) }));
setInterval(() => undefined, 60_000);
