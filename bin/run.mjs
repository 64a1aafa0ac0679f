import { spawn } from 'node:child_process';

const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGQUIT'];

/**
 * Runs a program in the foreground, passes signals on to it, and answers its exit code, or 128 and the signal's
 * number as shells do. With `leash` it has an IPC channel, by which it sees that we died.
 */
export const run = (command, args, { env = process.env, cwd, leash = false } = {}) =>
  new Promise((resolve, reject) => {
    let child;
    // Before the program starts: a signal that came between would end us alone and leave it running.
    const pass = (signal) => child?.kill(signal);
    for (const signal of PASSED_ON) process.on(signal, pass);
    const done = () => PASSED_ON.forEach((signal) => process.off(signal, pass));
    child = spawn(command, args, { env, cwd, stdio: ['inherit', 'inherit', 'inherit', ...(leash ? ['ipc'] : [])] });
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      done();
      resolve({ code: code ?? 1, signal });
    });
  });

/** Ends this process as the program ended: with its code, or by the signal that ended it. */
export const endAs = ({ code, signal }) => {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code;
};
