import { takeLock } from '../lock.ts';

const [file = ''] = process.argv.slice(2);
try {
  takeLock(file, 'The thing');
  console.log('taken');
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.log((error as Error).message);
}
