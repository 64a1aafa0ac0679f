/**
 * What keeps Parapet from starting and only its operator can mend. The message is one line, names the thing and the
 * mend, holds no secret, and is printed without a stack.
 */
export class Fault extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
  }
}
