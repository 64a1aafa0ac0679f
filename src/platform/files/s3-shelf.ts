import { randomBytes } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import { Fault } from '#platform/kernel/fault.ts';
import type { Draft, Shelf } from './folder-shelf.ts';
import { inPieces } from './pieces.ts';

/** Where a bucket's blobs lie: `s3://bucket/prefix`. */
export type Bucket = { name: string; prefix: string };

const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;
const TRIES = 3;
const DRAFTS = 'drafts';
const BLOB = /^[0-9a-f]{2}\/([^/]+)\/\d+$/;

/** Reads `s3://bucket/prefix`. @throws Fault where it names no bucket. */
export function readBucket(files: string): Bucket {
  const [, name, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(files) ?? [];
  if (name === undefined) throw new Fault(`PARAPET_FILES names no bucket: ${files}. Write it like s3://bucket/prefix.`);
  return { name, prefix: prefix.replace(/^\/+|\/+$/g, '') };
}

/** Endpoint, region and credentials come from the usual variables of AWS; the SDK is read when a bucket is first used. */
async function openClient() {
  const sdk = await import('@aws-sdk/client-s3');
  const client: S3Client = new sdk.S3Client({
    forcePathStyle: true, maxAttempts: TRIES, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS, throwOnRequestTimeout: true },
  });
  return { sdk, client };
}

const isMissing = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes((error as Error).name);

type Found = { key: string; touchedAt: Date };

/** The objects of a blob follow each other, as keys are listed in their order. */
async function* blobsOf(objects: AsyncIterable<Found>, top: string): AsyncGenerator<{ blob: string; touchedAt: Date }, void> {
  let last: { blob: string; touchedAt: Date } | undefined;
  for await (const { key, touchedAt } of objects) {
    const blob = BLOB.exec(key.slice(top.length))?.[1];
    if (blob === undefined) continue;
    if (last && last.blob !== blob) yield last;
    last = { blob, touchedAt: last?.blob === blob && last.touchedAt > touchedAt ? last.touchedAt : touchedAt };
  }
  if (last) yield last;
}

/** A shelf in a bucket: a part is an object, its draft an object beside the blobs, copied to its place when it is kept. A part is held in memory while it goes. */
export function s3Shelf({ name: Bucket, prefix }: Bucket): Shelf {
  let opening: ReturnType<typeof openClient> | undefined;
  const opened = () => (opening ??= openClient());
  const top = prefix === '' ? '' : `${prefix}/`;
  const folderOf = (blob: string): string => `${top}${blob.slice(-2)}/${blob}/`;
  const partOf = (blob: string, part: number): string => `${folderOf(blob)}${part}`;

  async function* objectsOf(Prefix: string): AsyncGenerator<Found, void> {
    const { sdk, client } = await opened();
    for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      for (const { Key, LastModified } of Contents) if (Key !== undefined) yield { key: Key, touchedAt: LastModified ?? new Date(0) };
    }
  }

  async function drop(Key: string): Promise<void> {
    const { sdk, client } = await opened();
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
  }

  async function put(blob: string, part: number, bytes: AsyncIterable<readonly Buffer[]>): Promise<Draft> {
    const { sdk, client } = await opened();
    const held: Buffer[] = [];
    for await (const pieces of bytes) held.push(...pieces);
    const Body = Buffer.concat(held);
    const Key = `${top}${DRAFTS}/${blob}.${part}.${randomBytes(6).toString('hex')}`;
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body, ContentLength: Body.length }));
    let isLeft = true;
    const clear = async (): Promise<void> => {
      if (isLeft) await drop(Key);
      isLeft = false;
    };
    const keep = async (): Promise<void> => {
      await client.send(new sdk.CopyObjectCommand({ Bucket, Key: partOf(blob, part), CopySource: `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}` }));
      await clear();
    };
    return { keep, drop: clear };
  }

  async function* get(blob: string, part: number, pieceBytes: number): AsyncGenerator<Buffer, void> {
    const { sdk, client } = await opened();
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key: partOf(blob, part) })).catch((error: unknown) => {
      throw isMissing(error) ? Object.assign(new Error(`There is no part ${part} of ${blob} in the bucket.`, { cause: error }), { code: 'ENOENT' }) : error;
    });
    if (Body) yield* inPieces(Body as unknown as AsyncIterable<Uint8Array>, pieceBytes);
  }

  return {
    put, get,
    list: () => blobsOf(objectsOf(top), top),
    remove: async (blob) => {
      for await (const { key } of objectsOf(folderOf(blob))) await drop(key);
    },
    dropDrafts: async (before) => {
      for await (const { key, touchedAt } of objectsOf(`${top}${DRAFTS}/`)) if (touchedAt < before) await drop(key);
    },
    freeBytes: () => Promise.resolve(Number.MAX_SAFE_INTEGER),
    placeOf: (blob) => `s3://${Bucket}/${folderOf(blob)}`,
    check: () => checkBucket(opened, Bucket, top),
  };
}

/** Writes, reads and removes a word, and says whether blobs lie there. @throws Fault in the words of who set the variable. */
async function checkBucket(opened: () => ReturnType<typeof openClient>, Bucket: string, top: string): Promise<{ hasBlobs: boolean }> {
  const Key = `${top}${DRAFTS}/check.${randomBytes(6).toString('hex')}`;
  try {
    const { sdk, client } = await opened();
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: Buffer.from('parapet') }));
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
    if ((await Body?.transformToString()) !== 'parapet') throw new Error('what was written is read back as something else');
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: top })) {
      if (Contents.some((one) => BLOB.test((one.Key ?? '').slice(top.length)))) return { hasBlobs: true };
    }
    return { hasBlobs: false };
  } catch (error) {
    throw new Fault(`The bucket ${Bucket} of PARAPET_FILES cannot be used: ${(error as Error).message || (error as Error).name}. Check AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and that the key may read, write, list and delete there.`, error);
  }
}
