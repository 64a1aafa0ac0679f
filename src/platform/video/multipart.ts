import type { ServerResponse } from 'node:http';
import { type Exchange, guardHeaders } from '#platform/kernel/http.ts';

const BOUNDARY = 'picture';
/** Who takes pictures slower than they come gets fewer of them. */
const MOST_UNREAD_BYTES = 512 * 1024;

/** An answer of pictures one after another (multipart/x-mixed-replace), each with when it was taken. Until it is opened the last picture waits; `onGone` is called once, when nobody takes them any more. */
export class PictureAnswer {
  #raw: ServerResponse | null = null;
  #last: { jpeg: Buffer; takenAt: string } | null = null;
  #isOver = false;

  frame(jpeg: Buffer, takenAt: string): void {
    if (this.#raw) this.#send(this.#raw, jpeg, takenAt);
    else this.#last = { jpeg, takenAt };
  }

  end(): void {
    this.#isOver = true;
    this.#raw?.end(`--${BOUNDARY}--\r\n`);
  }

  open({ request, reply }: Exchange, onGone: () => void): void {
    reply.hijack();
    const { raw } = reply;
    if (raw.destroyed) return onGone();
    raw.on('close', onGone);
    raw.writeHead(200, { ...guardHeaders(request), 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}`, 'x-accel-buffering': 'no' });
    this.#raw = raw;
    if (this.#last) this.#send(raw, this.#last.jpeg, this.#last.takenAt);
    if (this.#isOver) this.end();
  }

  #send(raw: ServerResponse, jpeg: Buffer, takenAt: string): void {
    if (raw.writableLength > MOST_UNREAD_BYTES || raw.writableEnded) return;
    raw.cork();
    raw.write(`--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nX-Taken-At: ${takenAt}\r\nContent-Length: ${jpeg.length}\r\n\r\n`);
    raw.write(jpeg);
    raw.write('\r\n');
    raw.uncork();
  }
}
