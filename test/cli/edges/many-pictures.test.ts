import { expect, test } from 'vitest';
import { uploadedOnce } from './many-pictures.ts';

test('12 renders with 3 pictures on both gateways: 3 uploads at each, none the second time, and a changed picture renders its renders', async () => {
  expect(await uploadedOnce(6, 3)).toEqual({
    first: { uploads: 6, submits: 12 },
    second: { uploads: 0, submits: 0 },
    third: { uploads: 2, submits: 4 },
  });
});
