/**
 * Whether the pictures of a clip are pictures, without decoding them: the index of a file tells
 * nothing of a part that was zeroed or overwritten.
 */
import type { EncodedPacket, InputVideoTrack } from 'mediabunny';
import { MOST_PICTURES } from './claims.ts';
import { loadMediabunny } from './mediabunny.ts';

/**
 * Half a sentence of what is wrong with the packets of a track, or `undefined`. One packet at a
 * time is in memory. Never rejects.
 */
export async function packetFlaw(
  video: InputVideoTrack,
  fileBytes: number,
): Promise<string | undefined> {
  const { EncodedPacketSink } = await loadMediabunny();
  const usesLengths = video.codec === 'avc' || video.codec === 'hevc';
  let looked = 0;
  let broken = 0;
  let bytes = 0;
  let firstSeconds: number | undefined;
  try {
    for await (const packet of new EncodedPacketSink(video).packets()) {
      looked += 1;
      if (looked > MOST_PICTURES) break;
      bytes += packet.byteLength;
      // To read all of them could take days.
      if (bytes > fileBytes) return 'its pictures lie over each other in the file';
      if (isWhole(packet, usesLengths)) continue;
      broken += 1;
      firstSeconds ??= packet.timestamp;
    }
  } catch {
    return `its pictures cannot be read to the end (${looked} of them can)`;
  }
  if (broken === 0) return undefined;
  return `${broken} of its ${looked} pictures are damaged, the first at ${Math.max(0, firstSeconds ?? 0).toFixed(1)} s`;
}

/**
 * Pictures of H.264 and H.265 are units, each after its length in four bytes (the only form that is
 * in use; two bytes read as four give up at once, so both are tried). Of other codecs only zeros
 * are recognised.
 */
function isWhole({ data, byteLength }: EncodedPacket, usesLengths: boolean): boolean {
  if (data.byteLength !== byteLength || data.byteLength === 0) return false;
  if (!usesLengths) return data.some((byte) => byte !== 0);
  return [4, 2, 1].some((size) => fills(data, size));
}

/** Whether units with their length in front, in `size` bytes, are all that is there. */
export function fills(data: Uint8Array, size: number): boolean {
  let at = 0;
  while (at + size <= data.length) {
    let length = 0;
    for (let index = 0; index < size; index++) length = length * 256 + (data[at + index] ?? 0);
    if (length === 0) return false;
    at += size + length;
  }
  return at === data.length;
}
