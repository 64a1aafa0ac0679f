import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Volumes of their own need root and a kernel that lets it mount. */
export const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

/** A folder under which volumes are mounted, and everything that is undone at the end. */
export function openVolumes(): { small(name: string, megabytes: number): string; onImage(name: string, megabytes: number): string; cutCopy(name: string, copy: string): string; release(name: string): void; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'parapet volumes '));
  chmodSync(folder, 0o755);
  const mounted = new Set<string>();
  const at = (name: string): string => join(folder, name);
  const image = (name: string): string => join(folder, `${name}.img`);
  const mount = (name: string, ...how: string[]): string => {
    mkdirSync(at(name), { recursive: true });
    run('mount', ...how, at(name));
    mounted.add(name);
    chmodSync(at(name), 0o755);
    return at(name);
  };
  const release = (name: string): void => {
    run('umount', at(name));
    mounted.delete(name);
  };
  return {
    /** A volume in memory that is full after so many megabytes. */
    small: (name, megabytes) => mount(name, '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'none'),
    /** A disk of its own: what was not synced is in the kernel's memory alone, and not in its image. */
    onImage: (name, megabytes) => {
      run('truncate', '-s', `${megabytes}M`, image(name));
      run('mkfs.ext4', '-q', '-F', image(name));
      return mount(name, '-o', 'loop,commit=3600', image(name));
    },
    /** The disk as it would be found if the power had gone now. Whoever writes to it stands still meanwhile. */
    cutCopy: (name, copy) => {
      run('cp', '--sparse=always', image(name), image(copy));
      return mount(copy, '-o', 'loop', image(copy));
    },
    release: (name) => {
      release(name);
      rmSync(image(name), { force: true });
    },
    close: () => {
      for (const name of mounted) spawnSync('umount', ['-l', at(name)]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
