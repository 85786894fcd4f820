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

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
