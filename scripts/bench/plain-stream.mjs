/** A download without anything else, as a reference: `node plain-stream.mjs <url> <file>`. */
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';

const [url, file] = process.argv.slice(2);
const { body } = await request(url);
await pipeline(body, createWriteStream(file));
