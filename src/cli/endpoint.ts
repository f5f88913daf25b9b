/** `--endpoint-url`: where the calls go in place of AWS. */
import { Problem } from '../config/problem.ts';

export function endpointOf(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new Problem(`--endpoint-url ${url} is not an http or https address`);
  return url;
}
