import { expect, test } from 'vitest';
import { strictClip } from '../../differential/strict-clip.ts';
import { strictServer } from '../../differential/strict-server.ts';
import { uploadedOnce } from './many-pictures.ts';

const EXPECTED = {
  first: { uploads: 6, submits: 12 },
  second: { uploads: 0, submits: 0 },
  third: { uploads: 2, submits: 4 },
};

test('12 renders with 3 pictures on both gateways: 3 uploads at each, none the second time, and a changed picture renders its renders', async () => {
  expect(await uploadedOnce(6, 3)).toEqual(EXPECTED);
});

test('the same at an independent server that takes only links it gave out itself', async () => {
  const server = await strictServer(await strictClip(), { ownLinks: true });
  expect(await uploadedOnce(6, 3, server)).toEqual(EXPECTED);
  server.close();
});
