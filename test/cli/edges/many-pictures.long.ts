import { expect, test } from 'vitest';
import { uploadedOnce } from './many-pictures.ts';

test('200 renders with 40 pictures on both gateways: 40 uploads at each', async () => {
  expect(await uploadedOnce(100, 40)).toEqual({
    first: { uploads: 80, submits: 200 },
    second: { uploads: 0, submits: 0 },
    third: { uploads: 2, submits: 6 },
  });
});
