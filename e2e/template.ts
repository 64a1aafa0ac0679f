import { rmSync } from 'node:fs';
import { startProduct, TEMPLATE } from './product.ts';

/** An empty organisation as the first start leaves it, once a run: the other products begin as copies of its folder. */
export default async function setup(): Promise<() => void> {
  const { dataDir, stop } = await startProduct({ isFirst: true, keepData: true });
  await stop();
  process.env[TEMPLATE] = dataDir;
  return () => rmSync(dataDir, { recursive: true, force: true });
}
