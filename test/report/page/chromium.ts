/** A real browser, spoken to through a pipe in its DevTools' protocol. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-pipe',
];

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export interface Look {
  readonly width: number;
  readonly height?: number;
  readonly dark?: boolean;
}

export interface Browser {
  /** Opens a file and waits until it has been read; what the page complains of is collected. */
  open(url: string, look: Look): Promise<Page>;
  close(): Promise<void>;
}

export interface Page {
  /** What scripts and the page's policy had to complain of. */
  readonly complaints: readonly string[];
  /** What it asked for, beside itself. */
  readonly requests: readonly string[];
  evaluate(expression: string): Promise<unknown>;
  press(key: string, code?: number): Promise<void>;
  /** Of the whole page, or of what is in sight. */
  screenshot(whole?: boolean): Promise<Buffer>;
  close(): Promise<void>;
}

export async function launch(binary: string): Promise<Browser> {
  const home = mkdtempSync(join(tmpdir(), 'plimsoll-chromium-'));
  const child = spawn(binary, [...FLAGS, `--user-data-dir=${home}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const wire = new Wire(child.stdio[3] as Writable, child.stdio[4] as Readable);
  return {
    open: (url, look) => openPage(wire, url, look),
    async close() {
      await Promise.race([wire.send('Browser.close').catch(() => undefined), gone]);
      child.kill();
      await gone;
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class Wire {
  private last = 0;
  private readonly waiting = new Map<
    number,
    { done(result: Record<string, unknown>): void; failed(error: Error): void }
  >();
  private readonly listeners = new Set<(reply: Reply & { readonly sessionId?: string }) => void>();

  constructor(
    private readonly to: Writable,
    from: Readable,
  ) {
    let rest = '';
    from.setEncoding('utf8').on('data', (chunk: string) => {
      const messages = `${rest}${chunk}`.split('\0');
      rest = messages.pop() ?? '';
      for (const message of messages) this.heard(JSON.parse(message) as Reply);
    });
  }

  private heard(reply: Reply): void {
    const waiting = reply.id === undefined ? undefined : this.waiting.get(reply.id);
    if (reply.error !== undefined) waiting?.failed(new Error(reply.error.message));
    else waiting?.done(reply.result ?? {});
    if (reply.method !== undefined) for (const listener of this.listeners) listener(reply);
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++this.last;
    this.to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((done, failed) => this.waiting.set(id, { done, failed }));
  }

  on(listener: (reply: Reply & { readonly sessionId?: string }) => void): void {
    this.listeners.add(listener);
  }
}

async function openPage(wire: Wire, url: string, { width, height = 900, dark = false }: Look): Promise<Page> {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const send = (method: string, params: object = {}): Promise<Record<string, unknown>> =>
    wire.send(method, params, session);
  const complaints: string[] = [];
  const requests: string[] = [];
  const loaded = new Promise<void>((resolve) =>
    wire.on(({ method, params, sessionId: of }) => {
      if (of !== session) return;
      if (method === 'Page.loadEventFired') resolve();
      if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') complaints.push(JSON.stringify(params));
      if (method === 'Network.requestWillBeSent') requests.push(JSON.stringify(params));
    }),
  );
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
  });
  await send('Page.navigate', { url });
  await loaded;
  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = await send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (answer['exceptionDetails'] !== undefined) throw new Error(JSON.stringify(answer['exceptionDetails']));
    return (answer['result'] as { value?: unknown }).value;
  };
  // Lines are drawn a frame after what they join.
  await evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
  return {
    complaints,
    requests,
    evaluate,
    async press(key, code = 0) {
      const event = { key, code: key, windowsVirtualKeyCode: code };
      await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event, ...(key === 'Enter' ? { text: '\r' } : {}) });
      await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
    },
    async screenshot(whole = false) {
      const { data } = await send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole });
      return Buffer.from(String(data), 'base64');
    },
    async close() {
      await wire.send('Target.closeTarget', { targetId });
    },
  };
}
