import { BlockList, isIP } from 'node:net';
import { invalidPattern } from './pattern-error.ts';
import type { ValueTest } from './pattern-text.ts';

/** `cidr`: an IPv4 or IPv6 block. A value that is no address of that family does not pass. */
export function compileCidr(argument: unknown, path: string): ValueTest {
  const [network = '', bits = ''] = typeof argument === 'string' ? argument.split('/') : [];
  const version = isIP(network);
  const length = Number(bits);
  if (version === 0 || !/^\d+$/.test(bits) || length > (version === 4 ? 32 : 128)) {
    throw invalidPattern(path, `cidr takes a block such as 10.0.0.0/24, found ${JSON.stringify(argument)}`);
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(network, length, family);
  return (value) => typeof value === 'string' && isIP(value) === version && block.check(value, family);
}
