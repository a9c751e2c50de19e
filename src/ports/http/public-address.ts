/**
 * Which addresses are on the open internet. Text in, answer out: no network and no resolver, so
 * that a rule about a webhook or an image link asks the same question as the connection that is
 * about to be opened.
 *
 * Source: the special-purpose registries of IANA (iana-ipv4-special-registry,
 * iana-ipv6-special-registry, read 2026-11-20).
 */

/** First address and prefix length of everything in IPv4 that is not globally reachable. */
const CLOSED_IPV4: readonly (readonly [text: string, bits: number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by carriers (CGNAT)
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, where clouds keep their metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays, withdrawn
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and the broadcast address
];

/**
 * Inside 2000::/3, the only global unicast block; everything outside it is closed but for the two
 * below that carry an IPv4 address.
 */
const CLOSED_IPV6: readonly (readonly [text: string, bits: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo among them
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: leads to whatever IPv4 address it holds
  ['3fff::', 20], // documentation
];
const GLOBAL_UNICAST_IPV6 = ['2000::', 3] as const;
/** `::ffff:a.b.c.d` and the NAT64 prefix: as open as the IPv4 address in their last 32 bits. */
const CARRIES_IPV4 = ['::ffff:0:0', '64:ff9b::'] as const;

/**
 * Whether an IP address, as text without brackets, is on the open internet. Loopback, private,
 * shared, link-local, unique-local, multicast, reserved and documentation addresses are not, and
 * neither is a text that is not a valid address.
 */
export function isPublicAddress(address: string): boolean {
  const four = ipv4Value(address);
  if (four !== undefined) return isPublicIpv4(four);
  const six = ipv6Value(address);
  if (six === undefined) return false;
  if (CARRIES_IPV4.some((prefix) => isWithin(six, ipv6Value(prefix), 96, 128)))
    return isPublicIpv4(six & 0xffff_ffffn);
  const [unicast, bits] = GLOBAL_UNICAST_IPV6;
  return (
    isWithin(six, ipv6Value(unicast), bits, 128) &&
    !CLOSED_IPV6.some(([text, length]) => isWithin(six, ipv6Value(text), length, 128))
  );
}

/**
 * Whether the host of a URL (`new URL(…).hostname`) may be on the open internet as far as its text
 * tells: an address must be public, and a name must not be one that never leaves the machine or the
 * local network. A name still has to be resolved.
 */
export function isPublicHost(hostname: string): boolean {
  const bare = hostname.replace(/^\[(.*)\]$/s, '$1');
  if (bare.includes(':') || ipv4Value(bare) !== undefined) return isPublicAddress(bare);
  const name = bare.toLowerCase().replace(/\.$/, '');
  return (
    name !== '' &&
    name.includes('.') &&
    !/(?:^|\.)(?:localhost|local|internal|home\.arpa)$/.test(name)
  );
}

/** Whether the host of a URL, with or without brackets, is this very machine. */
export const isLoopbackHost = (hostname: string): boolean =>
  /^127(?:\.\d{1,3}){3}$/.test(hostname) ||
  /^(?:\[::1\]|::1)$/.test(hostname) ||
  /^(?:.*\.)?localhost\.?$/.test(hostname);

const isPublicIpv4 = (value: bigint): boolean =>
  !CLOSED_IPV4.some(([text, bits]) => isWithin(value, ipv4Value(text), bits, 32));

/** Whether `value` begins with the first `bits` of `prefix`, both `width` bits wide. */
function isWithin(value: bigint, prefix: bigint | undefined, bits: number, width: number): boolean {
  const rest = BigInt(width - bits);
  return prefix !== undefined && value >> rest === prefix >> rest;
}

/** Four decimal numbers without leading zeros, which some resolvers would read as octal. */
function ipv4Value(text: string): bigint | undefined {
  const parts = text.split('.');
  if (
    parts.length !== 4 ||
    !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  )
    return undefined;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

/**
 * Any written form: `::` once, an IPv4 tail, a zone (`%eth0`), which does not change what kind of
 * address it is.
 */
function ipv6Value(text: string): bigint | undefined {
  const [address = '', zone] = text.toLowerCase().split('%', 2);
  if (zone === '' || !address.includes(':')) return undefined;
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => ipv6Groups(half));
  const [head, tail] = groups;
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? joined(head) : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return joined([
    ...head,
    ...Array.from({ length: 8 - head.length - tail.length }, () => 0n),
    ...tail,
  ]);
}

const joined = (groups: readonly bigint[]): bigint =>
  groups.reduce((value, group) => (value << 16n) | group, 0n);

function ipv6Groups(text: string): bigint[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: bigint[] = [];
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 ? ipv4Value(part) : undefined;
    if (four !== undefined) groups.push(four >> 16n, four & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(BigInt(`0x${part}`));
    else return undefined;
  }
  return groups;
}
