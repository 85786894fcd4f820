import { BlockList, isIP } from 'node:net';

/** Whether an address is in a range of CIDR form, or is the one that is named. What is no address is in none. */
export function isInRange(address: string, range: string): boolean {
  const [network = '', bits] = range.split('/');
  const family = familyOf(network);
  if (family === undefined || familyOf(address) !== family) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits ?? (family === 'ipv4' ? 32 : 128)), family);
  return list.check(address, family);
}

/** Whether the text is an address, or an address and how many bits of it count. */
export function isRange(text: string): boolean {
  const [network = '', bits, ...rest] = text.split('/');
  const family = familyOf(network);
  if (family === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128));
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
