import { expect, test } from 'vitest';
import { strictClip } from '../../differential/strict-clip.ts';
import { strictServer } from '../../differential/strict-server.ts';
import { uploadedOnce } from './many-pictures.ts';

const EXPECTED = {
  first: { uploads: 80, submits: 200 },
  second: { uploads: 0, submits: 0 },
  third: { uploads: 2, submits: 6 },
};

test('200 renders with 40 pictures on both gateways: 40 uploads at each', async () => {
  expect(await uploadedOnce(100, 40)).toEqual(EXPECTED);
});

test('the same at an independent server that takes only links it gave out itself', async () => {
  const server = await strictServer(await strictClip(), { ownLinks: true });
  expect(await uploadedOnce(100, 40, server)).toEqual(EXPECTED);
  server.close();
});
