/** `NO_PROXY`: which hosts are reached without the proxy. */
import { BlockList, isIP } from 'node:net';

/**
 * Names with all below them, addresses, ranges (`10.0.0.0/8`), each with a port or without; `*` is all. This machine's
 * own are never behind a proxy.
 */
export function isBypassed(host: string, port: number, list: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1' || /^127\.\d+\.\d+\.\d+$/.test(bare)) return true;
  return list
    .split(/[\s,]+/)
    .filter((one) => one !== '')
    .some((one) => covers(one.toLowerCase(), bare, port));
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inRange(entry, host);
  const [, name = entry, ownPort] = /^(.+?):(\d+)$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? [];
  if (ownPort !== undefined && Number(ownPort) !== port) return false;
  const plain = name.replace(/^\*?\./, '').replace(/^\[|\]$/g, '');
  return host === plain || host.endsWith(`.${plain}`);
}

function inRange(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const [family, own] = [isIP(network), isIP(host)];
  const prefix = Number(bits);
  if (own === 0 || own !== family || !/^\d+$/.test(bits) || prefix > (family === 4 ? 32 : 128)) return false;
  const range = new BlockList();
  range.addSubnet(network, prefix, family === 4 ? 'ipv4' : 'ipv6');
  return range.check(host, own === 4 ? 'ipv4' : 'ipv6');
}
