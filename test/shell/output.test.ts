/** What `$(…)` receives: what goes to standard output, and nothing that goes elsewhere. */
import { describe, expect, it } from 'vitest';
import { run } from './harness.ts';

const words = (script: string): (readonly string[])[] => run(script).shown.map((one) => one.words);

describe('the value of a substitution', () => {
  it('is without what goes to standard error', () => {
    expect(
      words(`
log() { echo "[info] $*" >&2; }
arch() { log 'looking for it'; echo arm64; }
show "$(arch)"
`),
    ).toEqual([['arm64']]);
  });

  it('is without what is thrown away or goes into a file', () => {
    expect(
      words(
        'show "$(echo noise > /dev/null; echo noise &> /dev/null; echo noise 1>&2; echo noise >> build.log; echo value)"',
      ),
    ).toEqual([['value']]);
  });

  it('is without what a whole function or group sends elsewhere', () => {
    expect(
      words(`
chatter() { echo one; echo two; } >&2
show "$(chatter; { echo three; echo four; } > /dev/stderr; echo value)"
`),
    ).toEqual([['value']]);
  });

  it('is with what is sent to standard output by its name', () => {
    expect(words('show "$(echo value > /dev/stdout)"')).toEqual([['value']]);
  });

  it('goes on after what went elsewhere', () => {
    expect(words('show "$(echo one,; echo noise >&2; echo two)"')).toEqual([['one,two']]);
  });

  it('is without what goes to a copy of the terminal, made before', () => {
    expect(words('exec 3>&1\nshow "$(echo working >&3; echo value)"')).toEqual([['value']]);
  });

  it('is unknown where errors take the place of the output', () => {
    expect(words('show "$(echo value 2>&1 > /dev/null)"')).toEqual([['${errors}']]);
    expect(words('show "$(echo value 3>&1 1>&2 2>&3)"')).toEqual([['${errors}']]);
    expect(words('show "$(echo value > /dev/null 2>&1)"')).toEqual([['']]);
  });
});
