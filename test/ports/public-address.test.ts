import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress, isPublicHost } from '../../src/ports/http/public-address.ts';

describe('isPublicAddress', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00:1450:4001:82a::200e',
    '2001:200::1',
    '::ffff:8.8.8.8',
    '::FFFF:0808:0808',
    '64:ff9b::8.8.8.8',
  ])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.7',
    '203.0.113.9',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '0:0:0:0:0:ffff:10.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
  ])('%s is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each([
    '',
    'example.com',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '::g',
    '2606:4700::1111%',
    ':',
    '[::1]',
  ])('what is not a valid address, %j, is not', (text) => {
    expect(isPublicAddress(text)).toBe(false);
  });

  test('a mapped address is as public as the address it holds', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
        const [a, b, c, d] = octets;
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        expect([isPublicAddress(`::ffff:${octets.join('.')}`), isPublicAddress(hex)]).toEqual(
          Array.from({ length: 2 }, () => isPublicAddress(octets.join('.'))),
        );
      }),
      { seed: 20261120 },
    );
  });

  test('no text is too odd for an answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof isPublicHost(text)).toBe('boolean');
        expect(typeof isPublicAddress(text)).toBe('boolean');
      }),
      { seed: 20261120 },
    );
  });
});

describe('isPublicHost', () => {
  test.each([
    'https://example.com',
    'https://example.com.',
    'https://8.8.8.8',
    'https://[2606:4700::1111]',
    'https://xn--bcher-kva.example',
    'https://127.0.0.1.example.com',
  ])('%s may be public', (url) => {
    expect(isPublicHost(new URL(url).hostname)).toBe(true);
  });

  test.each([
    'http://localhost',
    'http://LOCALHOST.',
    'http://api.localhost',
    'http://printer.local',
    'http://metadata.google.internal',
    'http://router.home.arpa',
    'http://intranet',
    'http://127.1',
    'http://0x7f000001',
    'http://2130706433',
    'http://017700000001',
    'http://[::1]',
    'http://[::ffff:169.254.169.254]',
    'http://１２７.0.0.1',
  ])('%s is not', (url) => {
    expect(isPublicHost(new URL(url).hostname)).toBe(false);
  });
});
