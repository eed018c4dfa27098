// Stands in for the gateway while the page is developed and looked at: `npm run dev`, or `npm run preview` for the built page
// under the real Content-Security-Policy. What it plays is told by the page's address, `/?scene=empty`:
//   (none) rich and live · still · empty · signedout · many (100,000 requests) · error · refused
// `POST /__mock/gone` makes the API disappear, `POST /__mock/back` brings it back.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';
import { accountsOf, agentsOf, day, detailOf, groupBy, hour, inFlightOf, logsOf, minute, quotaOf, random, requestsOf, sessionOf, settings, sum } from './data.ts';
import type { Account, InFlight, LogEntry, RequestRow } from '../src/lib/types.ts';

const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Answer = { status?: number; body: unknown; type?: string };

export function mock(): Plugin {
  const world = new World();
  const serve = (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    void world.serve(request, response, next);
  };
  return {
    name: 'codex-proxy-mock',
    configureServer: (server) => void server.middlewares.use(serve),
    configurePreviewServer: (server) => {
      server.middlewares.use((_, response, next) => {
        response.setHeader('content-security-policy', csp);
        next();
      });
      server.middlewares.use(serve);
    },
  };
}

class World {
  readonly now = Date.now();
  readonly few = requestsOf(1400, this.now);
  #many: RequestRow[] | null = null;
  accounts: Account[] = accountsOf(this.now);
  strategy = 'sticky';
  kilo = 'kimi-k2-free';
  configured = false;
  signIn: 'none' | 'waiting' | 'done' = 'none';
  gone = false;
  #open = new Set<ServerResponse>();

  rows(scene: string): RequestRow[] {
    if (scene === 'many') {
      return (this.#many ??= requestsOf(100_000, this.now, 11));
    }

    return scene === 'empty' || scene === 'signedout' ? [] : this.few;
  }

  accountsIn(scene: string): Account[] {
    return scene === 'signedout' || scene === 'empty' ? [] : this.accounts;
  }

  async serve(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://mock');
    if (url.pathname.startsWith('/__mock/')) {
      this.gone = url.pathname.endsWith('/gone');
      if (this.gone) {
        this.#open.forEach((open) => open.destroy());
      }

      response.end('ok');
      return;
    }

    if (!/^\/(api|accounts|settings|claude)(\/|$)/.test(url.pathname)) {
      next();
      return;
    }

    if (this.gone) {
      request.socket.destroy();
      return;
    }

    const scene = new URL(request.headers.referer ?? 'http://mock/').searchParams.get('scene') ?? '';
    if (scene === 'refused') {
      this.#send(response, { status: 403, body: { type: 'error', error: { type: 'permission_error', message: 'This page has no access. Run `codex-proxy dashboard`.' } } });
    } else if (url.pathname === '/api/feed') {
      this.#feed(response, scene);
    } else if (url.pathname === '/api/logs/stream') {
      this.#logs(response, scene);
    } else if (scene === 'error') {
      this.#send(response, { status: 500, body: { type: 'error', error: { type: 'api_error', message: 'The usage store cannot be read: the disk is full.' } } });
    } else {
      const body = await read(request);
      this.#send(response, this.#answer(request.method ?? 'GET', url, body, scene));
    }
  }

  #send(response: ServerResponse, { status = 200, body, type = 'application/json' }: Answer): void {
    response.statusCode = status;
    response.setHeader('content-type', type);
    response.end(type === 'application/json' ? JSON.stringify(body) : String(body));
  }

  #stream(response: ServerResponse): (event: string, id: number, value: unknown) => void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
    return (event, id, value) => response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(value)}\n\n`);
  }

  #feed(response: ServerResponse, scene: string): void {
    let id = 1;
    const send = this.#stream(response);
    send('hello', id++, { version: '0.1.0', startedAt: new Date(this.now - 3 * hour).toISOString(), now: new Date().toISOString() });
    if (scene !== '' && scene !== 'many') {
      return;
    }

    const next = random(3);
    let flight: InFlight | null = null;
    let turn = 0;
    const beat = setInterval(() => {
      const now = Date.now();
      if (!flight) {
        const [template] = requestsOf(1, now, 1000 + turn++);
        if (template) {
          flight = { ...template, id: template.id, startedAt: new Date(now).toISOString(), phase: 'waiting', attempts: 1, firstMs: null, events: 0 };
          send('started', id++, flight);
        }
      } else if (flight.phase === 'waiting') {
        flight = { ...flight, phase: 'streaming', firstMs: now - Date.parse(flight.startedAt), events: 12 };
        send('progress', id++, flight);
      } else if (next() < 0.6) {
        flight = { ...flight, events: flight.events + 60 };
        send('progress', id++, flight);
      } else {
        const [template] = requestsOf(1, now, 1000 + turn - 1);
        const ended = { ...template, id: flight.id, startedAt: flight.startedAt, at: new Date(now).toISOString(), totalMs: now - Date.parse(flight.startedAt), firstMs: flight.firstMs } as RequestRow;
        this.few.unshift(ended);
        send('ended', id++, ended);
        send('quota', id++, { account: '3f9a0c41be77', quota: quotaOf(now, Math.min(99, 63 + turn * 0.1), 41, 'plus') });
        flight = null;
      }
    }, 1500);
    response.on('close', () => clearInterval(beat));
  }

  #logs(response: ServerResponse, scene: string): void {
    const send = this.#stream(response);
    const entries = logsOf(Date.now(), this.rows(scene));
    for (const entry of scene === 'empty' ? [] : entries) {
      send('log', entry.id, entry);
    }

    if (scene !== '') {
      return;
    }

    let id = entries.length + 1;
    const beat = setInterval(() => {
      const source = entries[(id * 7) % entries.length] as LogEntry;
      send('log', id, { ...source, id, timestamp: new Date().toISOString() });
      id++;
    }, 1700);
    response.on('close', () => clearInterval(beat));
  }

  #answer(method: string, url: URL, body: Record<string, string>, scene: string): Answer {
    const rows = this.rows(scene);
    const parameter = (name: string) => url.searchParams.get(name) ?? '';
    const [, root = '', second = '', third = '', fourth = ''] = url.pathname.split('/').map(decodeURIComponent);
    switch (`${method} /${root}${second ? '/' + second : ''}`) {
      case 'GET /api/overview':
        return { body: this.#overview(scene) };
      case 'GET /api/requests':
        return third ? this.#request(rows, third, fourth) : { body: this.#requests(rows, url.searchParams) };
      case 'GET /api/sessions':
        return third ? this.#session(rows, third) : { body: this.#sessions(rows, parameter('q'), Number(parameter('before') || 0)) };
      case 'GET /api/usage':
        return third === 'export' ? { type: 'text/csv', body: 'time,model\n' } : { body: usage(rows, url.searchParams) };
      case 'GET /api/cache':
        return { body: { sessions: [] } };
      case 'GET /api/models':
        return { body: modelTable };
      case 'POST /api/models':
        return {
          body:
            body.model === 'gpt-5.1'
              ? { ok: false, requestId: 'req_77aa', model: body.model, error: 'The backend does not serve this model to a ChatGPT plan (400).' }
              : { ok: true, requestId: rows[0]?.id, model: body.model, served: String(body.model).replace(/-(low|medium|high|xhigh|fast)$/, ''), firstMs: 912, totalMs: 1320, tokens: { input: 41, cached: 0, cacheWrite: 0, output: 12, reasoning: 0 }, text: 'Hello! I am ready.' },
        };
      case 'GET /api/recording':
        return { body: { requests: 0, folder: '/home/mia/.codex-proxy/recordings' } };
      case 'GET /api/settings':
        return { body: { home: '/home/mia/.codex-proxy', configPath: '/home/mia/.codex-proxy/config.json', settings } };
      case 'GET /api/logs':
        return { body: { status: 'ok', logs: logsOf(Date.now(), rows) } };
      case 'GET /api/accounts':
      case 'GET /accounts': {
        const accounts = this.accountsIn(scene);
        return second === 'add' ? { body: {} } : { body: { accounts, activeAccount: accounts.find((one) => one.isActive)?.email, total: accounts.length } };
      }

      case 'POST /accounts/switch':
        this.accounts = this.accounts.map((one) => ({ ...one, isActive: one.email === body.email || one.key === body.email }));
        return { body: { message: `Switched to account: ${body.email}`, success: true } };
      case 'POST /accounts/add':
        this.signIn = 'waiting';
        return third === 'device'
          ? { body: { userCode: 'WDJB-MJHT', verificationUrl: 'https://auth.example.com/codex/device', expiresAt: new Date(Date.now() + 15 * minute).toISOString() } }
          : third === 'manual'
            ? body.code?.includes('code=')
              ? { body: { message: 'Signed in as mia@example.com (plus).', success: true } }
              : { status: 400, body: { error: 'This is not the address the browser ended at. It begins with http://localhost:1455/auth/callback?code=', success: false } }
            : { body: { oauth_url: 'https://auth.example.com/oauth/authorize?client_id=app_x&code_challenge=abc', callback_port: 1455, status: 'oauth_url' } };
      case 'GET /accounts/add':
        return { body: { state: this.signIn, message: this.signIn === 'waiting' ? 'Waiting for the browser.' : '', account: null } };
      case 'POST /accounts/import':
        return { body: { message: 'Imported mia@example.com from the Codex CLI.', success: true } };
      case 'POST /accounts/verify':
        return String(body.email).includes('very.long') ? { status: 400, body: { success: false, error: 'The login was ended by the issuer. Sign in again.' } } : { body: { message: `${body.email} is served by the backend.`, success: true } };
      case 'POST /accounts/refresh':
        return { body: { message: `Renewed ${this.accounts.length} logins.`, success: true } };
      case 'GET /accounts/quota': {
        const account = this.accounts.find((one) => one.email === parameter('email'));
        return { body: { success: true, email: account?.email, quota: account?.quota ?? null, cached: parameter('refresh') !== 'true', warning: account?.problem ?? null } };
      }

      case 'GET /settings/account-strategy':
        return { body: { accountStrategy: this.strategy, rotationEnabled: true, success: true } };
      case 'POST /settings/account-strategy':
        this.strategy = body.accountStrategy ?? 'sticky';
        return { body: { accountStrategy: this.strategy, rotationEnabled: true, success: true } };
      case 'GET /settings/haiku-model':
        return { body: { success: true, haikuKiloModel: this.kilo, kiloEnabled: true } };
      case 'POST /settings/haiku-model':
        this.kilo = body.haikuKiloModel ?? this.kilo;
        return { body: { success: true, haikuKiloModel: this.kilo, kiloEnabled: true } };
      case 'GET /settings/kilo-models':
        return { body: { success: true, current: this.kilo, models: [{ id: 'kimi-k2-free', name: 'Kimi K2 (free)', context_length: 131072, supportsTools: true }, { id: 'qwen3-coder-free', name: 'Qwen3 Coder (free)', context_length: 262144, supportsTools: true }] } };
      case 'GET /claude/config':
        return { body: this.#preview() };
      case 'POST /claude/config':
        this.configured = third === 'proxy';
        return { body: { success: true, message: third === 'proxy' ? 'Claude Code uses this gateway.' : 'The settings file is as it was before.', config: {} } };
      default:
        if (method === 'POST' && root === 'accounts' && third === 'refresh') {
          return second.includes('very.long') ? { status: 400, body: { success: false, error: `${second}: The login was ended by the issuer. Sign in again.` } } : { body: { message: `Renewed the login of ${second}.`, success: true } };
        }

        if (method === 'DELETE' && root === 'accounts') {
          this.accounts = this.accounts.filter((one) => one.email !== second && one.key !== second);
          return { body: { message: `Signed out ${second}.`, success: true } };
        }

        return { status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'Nothing is here.' } } };
    }
  }

  #overview(scene: string): unknown {
    const now = Date.now();
    const rows = this.rows(scene);
    const accounts = this.accountsIn(scene);
    const midnight = new Date(now).setHours(0, 0, 0, 0);
    const today = rows.filter((row) => Date.parse(row.at) >= midnight);
    const tokens = sum(today);
    const next = random(5);
    const quiet = rows.length === 0;
    const active = accounts.find((one) => one.isActive);
    return {
      version: '0.1.0',
      startedAt: new Date(this.now - 3 * hour).toISOString(),
      now: new Date(now).toISOString(),
      address: 'http://127.0.0.1:8082',
      home: '/home/mia/.codex-proxy',
      signedIn: scene !== 'signedout' && scene !== 'empty',
      problem: scene === 'signedout' || scene === 'empty' ? 'Nobody is signed in.' : null,
      cure: scene === 'signedout' || scene === 'empty' ? 'Add your ChatGPT account here, or run `codex-proxy login`.' : null,
      accounts: accounts.length,
      account: active ? { ...active, quota: quotaOf(now, 63, 41, 'plus') } : null,
      inFlight: scene === 'still' ? inFlightOf(now) : [],
      perMinute: Array.from({ length: 60 }, (_, index) => {
        const busy = !quiet && Math.sin(index / 5) + next() > 0.1;
        const input = busy ? Math.floor(next() * 420_000) : 0;
        return { at: new Date(Math.floor(now / minute) * minute - (59 - index) * minute).toISOString(), input, cached: Math.floor(input * (0.75 + next() * 0.2)), output: busy ? Math.floor(next() * 9_000) : 0, requests: busy ? Math.ceil(next() * 9) : 0 };
      }),
      today: {
        since: new Date(midnight).toISOString(),
        requests: today.length,
        failed: today.filter((row) => row.ending === 'failed').length,
        tokens,
        hitRatio: tokens.input ? tokens.cached / tokens.input : null,
        byModel: [...groupBy(today, (row) => row.model)].map(([model, own]) => ({ model, requests: own.length, failed: own.filter((row) => row.ending === 'failed').length, tokens: sum(own) })).sort((a, b) => b.tokens.input - a.tokens.input),
      },
      store: { kind: 'sqlite', problem: null, records: rows.length, bytes: rows.length * 612, dropped: 0 },
    };
  }

  #requests(rows: RequestRow[], search: URLSearchParams): unknown {
    const found = rows.filter((row) => matches(row, search));
    const start = Number(search.get('before') ?? 0);
    const limit = Number(search.get('limit') ?? 100);
    return { requests: found.slice(start, start + limit), next: start + limit < found.length ? String(start + limit) : null, total: found.length };
  }

  #request(rows: RequestRow[], id: string, part: string): Answer {
    const row = rows.find((one) => one.id === id);
    return row ? { body: part === 'bundle' ? { bundle: row.id } : detailOf(row) } : { status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'This request is not known, or no longer kept.' } } };
  }

  #sessions(rows: RequestRow[], q: string, start: number): unknown {
    const groups = [...groupBy(rows.filter((row) => row.session), (row) => row.session ?? '')].map(([id, own]) => sessionOf(id, own)).filter((one) => !q || one.id.startsWith(q) || one.project?.includes(q));
    return { sessions: groups.slice(start, start + 50), next: start + 50 < groups.length ? String(start + 50) : null };
  }

  #session(rows: RequestRow[], id: string): Answer {
    const own = rows.filter((row) => row.session === id);
    return own.length === 0
      ? { status: 404, body: { type: 'error', error: { type: 'not_found_error', message: 'This session is not known, or no longer kept.' } } }
      : { body: { session: sessionOf(id, own), agents: agentsOf(own), turns: own.slice(0, 500).reverse() } };
  }

  #preview(): unknown {
    const lines: [string, string][] = [
      ['same', '{'],
      ['same', '  "model": "opus",'],
      ...(this.configured
        ? ([['same', '  "env": {'], ['same', '    "ANTHROPIC_BASE_URL": "http://127.0.0.1:8082",'], ['same', '    "ANTHROPIC_AUTH_TOKEN": "***"'], ['same', '  }']] as [string, string][])
        : ([['removed', '  "env": {}'], ['added', '  "env": {'], ['added', '    "ANTHROPIC_BASE_URL": "http://127.0.0.1:8082",'], ['added', '    "ANTHROPIC_AUTH_TOKEN": "***"'], ['added', '  }']] as [string, string][])),
      ['same', '}'],
    ];
    return { path: '/home/mia/.claude/settings.json', configured: this.configured, undo: this.configured ? { diff: lines.map(([kind, text]) => ({ kind: kind === 'added' ? 'removed' : kind, text })), losesChanges: false } : undefined, diff: lines.map(([kind, text]) => ({ kind, text })) };
  }
}

function matches(row: RequestRow, search: URLSearchParams): boolean {
  const same = (name: string, value: string | null | undefined) => !search.get(name) || search.get(name) === value;
  const q = search.get('q');
  return (
    same('model', row.model) &&
    same('session', row.session) &&
    same('agent', row.agent) &&
    same('account', row.account) &&
    same('ending', row.ending) &&
    (!search.get('since') || row.at >= (search.get('since') ?? '')) &&
    (!q || row.id.startsWith(q) || row.id.startsWith('req_' + q) || row.model.includes(q) || row.requestedModel.includes(q) || (row.failure ?? '').includes(q))
  );
}

function usage(rows: RequestRow[], search: URLSearchParams): unknown {
  const by = search.get('by') ?? 'day';
  const split = search.get('split');
  const since = search.get('since') || new Date(Date.now() - 30 * day).toISOString();
  const until = search.get('until') || new Date().toISOString();
  const own = rows.filter((row) => row.at >= since && row.at <= until && matches(row, new URLSearchParams({ model: search.get('model') ?? '', account: search.get('account') ?? '' })));
  const member = (row: RequestRow, name: string): string => {
    const date = new Date(row.at);
    const pad = (value: number) => String(value).padStart(2, '0');
    const dayKey = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
    return name === 'day' ? dayKey : name === 'hour' ? `${dayKey}T${pad(date.getHours())}:00` : String(row[name as 'model'] ?? '');
  };
  const groups = [...groupBy(own, (row) => member(row, by) + '\0' + (split ? member(row, split) : ''))].map(([, group]) => {
    const [first] = group as [RequestRow];
    const label = by === 'account' ? first.accountName : by === 'session' ? first.project : null;
    const measured = group.filter((row) => row.firstMs);
    return {
      key: member(first, by),
      split: split ? member(first, split) : null,
      label,
      requests: group.length,
      failed: group.filter((row) => row.ending === 'failed').length,
      tokens: sum(group),
      firstMsMean: measured.length ? measured.reduce((total, row) => total + (row.firstMs ?? 0), 0) / measured.length : null,
      totalMsMean: group.reduce((total, row) => total + row.totalMs, 0) / group.length,
    };
  });
  groups.sort((a, b) => (by === 'day' || by === 'hour' ? a.key.localeCompare(b.key) : b.tokens.input + b.tokens.output - a.tokens.input - a.tokens.output));
  return { by, split, since, until, zone: Intl.DateTimeFormat().resolvedOptions().timeZone, rows: groups, total: { requests: own.length, failed: own.filter((row) => row.ending === 'failed').length, tokens: sum(own) } };
}

const efforts = ['low', 'medium', 'high', 'xhigh'];
const modelTable = {
  source: 'live',
  models: [
    { id: 'gpt-5.2-codex', name: 'GPT-5.2-Codex', contextWindow: 272_000, efforts, defaultEffort: 'medium', fast: true, listed: true, serves: ['opus'] },
    { id: 'gpt-5.2', name: 'GPT-5.2', contextWindow: 272_000, efforts, defaultEffort: 'medium', fast: true, listed: true, serves: ['sonnet'] },
    { id: 'gpt-5.1-codex-mini', name: 'GPT-5.1-Codex-Mini', contextWindow: 272_000, efforts: ['medium', 'high'], defaultEffort: 'medium', fast: false, listed: true, serves: ['haiku'] },
    { id: 'gpt-5.1', name: 'GPT-5.1', contextWindow: 272_000, efforts: ['low', 'medium', 'high'], defaultEffort: 'medium', fast: false, listed: false, serves: [] },
  ],
  families: { opus: 'gpt-5.2-codex-high', sonnet: 'gpt-5.2', haiku: 'gpt-5.1-codex-mini' },
  mapping: [
    { name: 'opus', model: 'gpt-5.2-codex-high', source: 'config.json' },
    { name: 'sonnet', model: 'gpt-5.2', source: 'built-in' },
    { name: 'haiku', model: 'gpt-5.1-codex-mini', source: 'built-in' },
    { name: 'claude-opus-4-6', model: 'gpt-5.2-codex-high', source: 'opus' },
  ],
};

async function read(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
  }

  try {
    return JSON.parse(text || '{}') as Record<string, string>;
  } catch {
    return {};
  }
}
