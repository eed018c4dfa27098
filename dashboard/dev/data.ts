// Invented facts for looking at the page without a gateway: the same for the same seed, rich enough to show every state.
import type { Account, Agent, Attempt, InFlight, LogEntry, Quota, RequestDetail, RequestRow, Session, Setting, Tokens } from '../src/lib/types.ts';

export type Random = () => number;

/** A small seeded generator (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const pick = <T>(next: Random, values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
const between = (next: Random, low: number, high: number): number => Math.floor(low + next() * (high - low));
const hex = (next: Random, digits: number): string => Array.from({ length: digits }, () => between(next, 0, 16).toString(16)).join('');

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

const projects = ['atlas-api', 'billing-web', 'notes', 'infra', 'paper-2026', 'codex-proxy', 'a-project-with-a-rather-long-name-in-a-monorepo'];
const agentNames = ['Explore', 'code-reviewer', 'test-runner', 'docs'];
const models = ['gpt-5.2-codex', 'gpt-5.2-codex', 'gpt-5.2', 'gpt-5.1-codex-mini'];
const requested: Record<string, string> = { 'gpt-5.2-codex': 'claude-opus-4-6', 'gpt-5.2': 'claude-sonnet-4-6', 'gpt-5.1-codex-mini': 'claude-haiku-4-5' };
const reasons = ['tool 3 changed', 'instructions', 'item 14 changed (function_call_output), effort', 'nothing changed; the lane was idle for 11 minutes', 'nothing changed; the upstream did not find it', 'account'];
const failures = ['rate_limited', 'overloaded', 'truncated', 'context_window_exceeded', 'not_signed_in'];
const statusOf: Record<string, number> = { rate_limited: 429, overloaded: 529, truncated: 200, context_window_exceeded: 400, not_signed_in: 401 };

interface Lane {
  agent: string | null;
  context: number;
  model: string;
  effort: string | null;
}

/** Requests of some sessions, newest first. */
export function requestsOf(total: number, now: number, seed = 7): RequestRow[] {
  const next = random(seed);
  const rows: RequestRow[] = [];
  let at = now - 20_000;
  while (rows.length < total) {
    const session = `${hex(next, 8)}-${hex(next, 4)}-4${hex(next, 3)}-9${hex(next, 3)}-${hex(next, 12)}`;
    const project = pick(next, projects);
    const face = next() < 0.86 ? 'messages' : pick(next, ['chat', 'responses', 'vendor']);
    const turns = Math.min(total - rows.length, between(next, 12, 90));
    const story: RequestRow[] = [];
    const main: Lane = { agent: null, context: between(next, 14_000, 22_000), model: pick(next, models), effort: pick(next, ['medium', 'high', 'high', 'xhigh', null]) };
    const subs: Lane[] = [];
    for (let turn = 0; turn < turns; turn++) {
      if (next() < 0.07 && subs.length < 4) {
        subs.push({ agent: `${pick(next, agentNames)}-${hex(next, 4)}`, context: between(next, 6_000, 9_000), model: pick(next, models), effort: 'low' });
      }

      const lane = subs.length > 0 && next() < 0.45 ? (subs[subs.length - 1] as Lane) : main;
      story.push(turnOf(next, session, project, face, lane, turn));
    }

    let clock = at;
    for (const row of story.reverse()) {
      const start = clock - row.totalMs;
      row.startedAt = new Date(start).toISOString();
      row.at = new Date(clock).toISOString();
      rows.push(row);
      clock = start - between(next, 400, next() < 0.12 ? 9 * minute : 14_000);
    }

    // Close together today, sparse further back, so that a month is covered.
    at = clock - between(next, minute, rows.length < 500 ? 40 * minute : 40 * hour);
  }

  return rows;
}

function turnOf(next: Random, session: string, project: string, face: string, lane: Lane, turn: number): RequestRow {
  const output = between(next, 40, next() < 0.1 ? 6_000 : 900);
  const reasoning = next() < 0.7 ? Math.floor(output * next() * 0.6) : 0;
  const input = lane.context;
  const chance = next();
  const failed = next() < 0.035;
  const gone = !failed && next() < 0.015;
  const cache = turn === 0 ? 'first' : input < 1024 ? 'short' : chance < 0.08 ? 'miss' : 'hit';
  const cached = cache === 'hit' ? Math.floor((input * (0.9 + next() * 0.09)) / 128) * 128 : cache === 'miss' ? Math.floor((input * next() * 0.3) / 128) * 128 : 0;
  const firstMs = Math.floor(500 + next() * next() * 6_000 + (cache === 'hit' ? 0 : 1200));
  const totalMs = firstMs + output * (6 + next() * 9);
  lane.context += output + between(next, 200, 3_500);
  if (lane.context > 190_000) {
    lane.context = 24_000;
  }

  const failure = failed ? pick(next, failures) : null;
  const tools = failed ? 0 : between(next, 0, 4);
  return {
    id: 'req_' + hex(next, 20),
    startedAt: '',
    at: '',
    face,
    client: face === 'messages' ? 'claude-cli/2.1.181' : face === 'chat' ? 'OpenAI/Python 2.15.0' : face === 'responses' ? 'codex_cli_rs/0.98.0' : null,
    session: face === 'vendor' ? null : session,
    agent: lane.agent,
    project,
    account: next() < 0.8 ? '3f9a0c41be77' : '88d2e6b01c5a',
    accountName: next() < 0.8 ? 'mia@example.com' : 'team@example.org',
    requestedModel: face === 'messages' ? (requested[lane.model] ?? lane.model) : lane.model,
    model: lane.model,
    effort: lane.effort,
    tier: next() < 0.06 ? 'priority' : null,
    ending: failed ? 'failed' : gone ? 'clientgone' : 'answered',
    status: failure ? (statusOf[failure] ?? 500) : gone ? 499 : 200,
    failure,
    attempts: failure === 'overloaded' ? 4 : next() < 0.04 ? 2 : 1,
    firstMs: failure && failure !== 'truncated' ? null : firstMs,
    totalMs: Math.round(failure ? firstMs / 3 : totalMs),
    tokens: failure ? null : { input, cached, cacheWrite: 0, output, reasoning },
    stopReason: failed || gone ? null : tools > 0 ? 'tool_use' : 'end_turn',
    toolCalls: tools,
    toolErrors: tools > 0 && next() < 0.08 ? 1 : 0,
    losses: next() < 0.05 ? pick(next, [['temperature=unsupported'], ['stop_sequences=emulated', 'top_k=unsupported'], ['messages[3].content[1].citations=dropped']]) : [],
    cache: failure ? null : cache,
    cacheReason: cache === 'miss' ? pick(next, reasons) : null,
  };
}

/** What the details pane adds. */
export function detailOf(row: RequestRow): RequestDetail {
  const next = random(row.id.charCodeAt(6) * 7919 + row.totalMs);
  const attemptList: Attempt[] = [];
  let started = 4;
  for (let index = 0; index < row.attempts; index++) {
    const last = index === row.attempts - 1;
    const failed = !last || row.failure !== null;
    const total = last ? Math.max(20, row.totalMs - started) : between(next, 180, 700);
    attemptList.push({
      startedMs: started,
      firstEventMs: failed && row.failure !== 'truncated' ? null : Math.max(15, (row.firstMs ?? 400) - started),
      totalMs: total,
      events: failed ? 0 : between(next, 40, 900),
      account: index > 1 ? 1 : 0,
      forms: index > 0 ? ['without-encrypted-reasoning'] : [],
      failure: failed ? { kind: row.failure ?? 'overloaded', status: row.failure === 'truncated' ? 200 : 503, code: row.failure === 'rate_limited' ? 'usage_limit_reached' : 'server_is_overloaded', repair: null, retryDelayMs: last ? 0 : 400 * (index + 1) } : null,
    });
    started += total + 400 * (index + 1);
  }

  return {
    ...row,
    attemptList,
    cacheChanges: row.cacheReason && !row.cacheReason.startsWith('nothing') ? row.cacheReason.split(', ') : [],
    hashes: { instructions: hex(next, 16), tools: hex(next, 16), input: hex(next, 16), toolCount: between(next, 12, 40), itemCount: between(next, 4, 160), bytes: (row.tokens?.input ?? 9000) * 4 },
    servedTier: row.tier ?? 'default',
    upstreamModel: row.model,
    streamed: row.face !== 'vendor',
    hasBundle: true,
  };
}

export function sum(rows: readonly { tokens?: Tokens | null }[]): Tokens {
  const total: Tokens = { input: 0, cached: 0, cacheWrite: 0, output: 0, reasoning: 0 };
  for (const { tokens } of rows) {
    if (tokens) {
      total.input += tokens.input;
      total.cached += tokens.cached;
      total.cacheWrite += tokens.cacheWrite;
      total.output += tokens.output;
      total.reasoning += tokens.reasoning;
    }
  }

  return total;
}

const ratio = (tokens: Tokens) => (tokens.input === 0 ? null : tokens.cached / tokens.input);
const distinct = <T>(values: readonly (T | null | undefined)[]): T[] => [...new Set(values.filter((value): value is T => value !== null && value !== undefined))];

export function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group) {
      group.push(row);
    } else {
      groups.set(name, [row]);
    }
  }

  return groups;
}

/** The session of its requests, newest first. */
export function sessionOf(id: string, rows: readonly RequestRow[]): Session {
  const tokens = sum(rows);
  return {
    id,
    project: rows[0]?.project,
    client: rows[0]?.client,
    startedAt: rows[rows.length - 1]?.startedAt ?? '',
    lastAt: rows[0]?.at ?? '',
    requests: rows.length,
    failed: rows.filter((row) => row.ending === 'failed').length,
    agents: distinct(rows.map((row) => row.agent)).length,
    models: distinct(rows.map((row) => row.model)),
    tokens,
    hitRatio: ratio(tokens),
    misses: rows.filter((row) => row.cache === 'miss').length,
    toolCalls: rows.reduce((total, row) => total + (row.toolCalls ?? 0), 0),
    toolErrors: rows.reduce((total, row) => total + (row.toolErrors ?? 0), 0),
  };
}

export function agentsOf(rows: readonly RequestRow[]): Agent[] {
  return [...groupBy(rows, (row) => row.agent ?? '')]
    .map(([agent, own]) => {
      const { requests, failed, models: served, tokens, hitRatio, misses, toolErrors, startedAt, lastAt } = sessionOf('', own);
      return { agent: agent || null, requests, failed, models: served, efforts: distinct(own.map((row) => row.effort)), tokens, hitRatio, misses, toolErrors, startedAt, lastAt };
    })
    .sort((a, b) => (a.agent === null ? -1 : b.agent === null ? 1 : a.startedAt.localeCompare(b.startedAt)));
}

export function quotaOf(now: number, fiveHours: number, week: number, plan: string, resetMs = 2 * hour + 14 * minute): Quota {
  const resets = (ms: number) => new Date(now + ms).toISOString();
  const elapsed = 5 * hour - resetMs;
  const lasts = fiveHours === 0 ? Infinity : (elapsed / fiveHours) * (100 - fiveHours);
  return {
    usage: {
      percentage: fiveHours,
      remaining: 100 - fiveHours,
      planType: plan,
      limitReached: fiveHours >= 100,
      allowed: fiveHours < 100,
      limits: [
        {
          id: 'codex',
          name: null,
          windows: [
            { minutes: 300, usedPercent: fiveHours, resetsAt: resets(resetMs), emptyAt: lasts < resetMs ? resets(lasts) : null },
            { minutes: 10_080, usedPercent: week, resetsAt: resets(3 * day + 4 * hour), emptyAt: null },
          ],
        },
        { id: 'codex_other', name: 'Code review', windows: [{ minutes: 10_080, usedPercent: 12, resetsAt: resets(3 * day + 4 * hour), emptyAt: null }] },
      ],
      credits: { has: plan === 'team', unlimited: false, balance: plan === 'team' ? '18.40' : null },
      spend: null,
    },
    fetchedAt: new Date(now - 70_000).toISOString(),
  };
}

export function accountsOf(now: number): Account[] {
  const ago = (ms: number) => new Date(now - ms).toISOString();
  return [
    { key: '3f9a0c41be77', email: 'mia@example.com', accountId: 'acc-7b1e', planType: 'plus', origin: 'sign-in', addedAt: ago(40 * day), lastUsed: ago(21_000), isActive: true, tokenExpired: false, expiresAt: new Date(now + 6 * day).toISOString(), problem: null, quota: quotaOf(now, 63, 41, 'plus') },
    { key: '88d2e6b01c5a', email: 'team@example.org', accountId: 'acc-19cc', planType: 'team', origin: 'sign-in', addedAt: ago(12 * day), lastUsed: ago(5 * hour), isActive: false, tokenExpired: true, expiresAt: ago(2 * hour), problem: null, quota: quotaOf(now, 8, 86, 'team', 4 * hour + 3 * minute) },
    { key: 'c0ffee12ab34', email: 'a.very.long.address.of.a.person@department.university.example', accountId: 'acc-55d0', planType: 'pro', origin: 'import', addedAt: ago(90 * day), lastUsed: ago(9 * day), isActive: false, tokenExpired: true, expiresAt: ago(3 * day), problem: 'The login was ended by the issuer. Sign in again.', quota: null },
    { key: '0a1b2c3d4e5f', email: 'night@example.net', accountId: 'acc-0001', planType: 'plus', origin: 'link', addedAt: ago(2 * day), lastUsed: ago(30 * minute), isActive: false, tokenExpired: false, expiresAt: new Date(now + 3 * day).toISOString(), problem: null, quota: quotaOf(now, 100, 72, 'plus', 48 * minute) },
  ];
}

export function inFlightOf(now: number): InFlight[] {
  const ago = (ms: number) => new Date(now - ms).toISOString();
  return [
    { id: 'req_5be2a9c04d1177aa02f1', startedAt: ago(14_200), face: 'messages', client: 'claude-cli/2.1.181', session: 'a81f', agent: null, requestedModel: 'claude-opus-4-6', model: 'gpt-5.2-codex', account: '3f9a0c41be77', phase: 'streaming', attempts: 1, firstMs: 1840, events: 211 },
    { id: 'req_91c3017cd5ee0b9a6f42', startedAt: ago(3_100), face: 'messages', client: 'claude-cli/2.1.181', session: 'a81f', agent: 'Explore-19fa', requestedModel: 'claude-haiku-4-5', model: 'gpt-5.1-codex-mini', account: '3f9a0c41be77', phase: 'waiting', attempts: 2, firstMs: null, events: 0 },
  ];
}

export function logsOf(now: number, rows: readonly RequestRow[]): LogEntry[] {
  const entries: LogEntry[] = [{ id: 1, timestamp: new Date(now - 3 * hour).toISOString(), level: 'info', message: 'codex-proxy 0.1.0 listens at http://127.0.0.1:8082', icon: 'i', requestId: null }];
  for (const row of rows.slice(0, 300).reverse()) {
    const common = { timestamp: row.at, requestId: row.id };
    const tokens = row.tokens ? ` ${row.tokens.input} in, ${row.tokens.cached} cached, ${row.tokens.output} out` : '';
    if (row.attempts > 1) {
      entries.push({ ...common, id: entries.length + 1, level: 'warn', message: `Attempt 1 of ${row.id} failed (overloaded, 503); asked again after 400 ms`, icon: '!' });
    }

    if (row.cache === 'hit' && entries.length % 3 === 0) {
      entries.push({ ...common, id: entries.length + 1, level: 'debug', message: `Lane of ${row.id}: ${row.tokens?.cached} of ${row.tokens?.input} tokens were read from the cache; the prompt prefix is unchanged since the request before, and nothing had to be paid again`, icon: '·' });
    }

    entries.push({ ...common, id: entries.length + 1, level: row.ending === 'failed' ? 'error' : 'info', message: `${row.requestedModel} → ${row.model}${row.effort ? ' (' + row.effort + ')' : ''} ${row.status}${row.failure ? ' ' + row.failure : ''} first ${row.firstMs ?? '-'} ms, total ${row.totalMs} ms${tokens}`, icon: row.ending === 'failed' ? '✗' : '✓' });
  }

  return entries.slice(-1000);
}

export const settings: Setting[] = [
  { name: 'port', description: 'TCP port to listen on; 0 takes a free one.', value: '8082', origin: 'default', source: null, default: '8082', environment: ['CODEX_PROXY_PORT', 'PORT'], flag: '--port', secret: false, needsRestart: true },
  { name: 'host', description: 'Address to bind; one that other machines can reach needs clientKeys. Takes an IP address, localhost, or * for all addresses.', value: '127.0.0.1', origin: 'default', source: null, default: '127.0.0.1', environment: ['CODEX_PROXY_HOST'], flag: '--host', secret: false, needsRestart: true },
  { name: 'clientKeys', description: 'Keys of which clients must present one; without any, every client on this machine is served.', value: '***', origin: 'environment', source: 'CODEX_PROXY_CLIENT_KEYS', default: '', environment: ['CODEX_PROXY_CLIENT_KEYS'], flag: null, secret: true, needsRestart: false },
  { name: 'bodyLimit', description: 'Largest request body, before and after decoding. Takes a size such as 20mb, from 1kb to 256mb.', value: '64mb', origin: 'file', source: '/home/mia/.codex-proxy/config.json', default: '32mb', environment: ['CODEX_PROXY_BODY_LIMIT'], flag: null, secret: false, needsRestart: false },
  { name: 'logLevel', description: 'Least severe log line that is written.', value: 'debug', origin: 'flag', source: '--log-level', default: 'info', environment: ['CODEX_PROXY_LOG_LEVEL'], flag: '--log-level', secret: false, needsRestart: false },
  { name: 'codexHome', description: 'Folder of the Codex CLI, whose login is used in place. Takes a path.', value: '/home/mia/.codex', origin: 'default', source: null, default: '~/.codex', environment: ['CODEX_HOME'], flag: null, secret: false, needsRestart: true },
  { name: 'accountRotation', description: 'Let your other accounts serve when the active one cannot.', value: 'true', origin: 'file', source: '/home/mia/.codex-proxy/config.json', default: 'false', environment: ['CODEX_PROXY_ACCOUNT_ROTATION'], flag: null, secret: false, needsRestart: false },
  { name: 'accountStrategy', description: 'How requests are spread while accountRotation is on.', value: 'sticky', origin: 'default', source: null, default: 'sticky', environment: ['CODEX_PROXY_ACCOUNT_STRATEGY'], flag: null, secret: false, needsRestart: false },
  { name: 'credentialStore', description: 'Where the tokens of new logins are kept.', value: 'file', origin: 'default', source: null, default: 'file', environment: ['CODEX_PROXY_CREDENTIAL_STORE'], flag: null, secret: false, needsRestart: false },
  { name: 'upstream.baseUrl', description: 'Root of the backend. Takes an https URL without user name, query or fragment (http only to a loopback address).', value: 'https://chatgpt.com/backend-api/codex', origin: 'default', source: null, default: 'https://chatgpt.com/backend-api/codex', environment: ['CODEX_PROXY_UPSTREAM'], flag: null, secret: false, needsRestart: true },
  { name: 'upstream.idleTimeout', description: 'How long the upstream may be silent in the middle of an answer.', value: '5m', origin: 'default', source: null, default: '5m', environment: ['CODEX_PROXY_IDLE_TIMEOUT'], flag: null, secret: false, needsRestart: false },
  { name: 'models.opus', description: 'Model that serves the family opus.', value: 'gpt-5.2-codex-high', origin: 'file', source: '/home/mia/.codex-proxy/config.json', default: '', environment: ['CODEX_PROXY_OPUS'], flag: null, secret: false, needsRestart: false },
];
