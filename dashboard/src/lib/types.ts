// The shapes of the gateway's answers. Times are ISO 8601 in UTC, durations milliseconds, tokens counts.

export interface Tokens {
  /** All input, cached included. */
  input: number;
  cached: number;
  cacheWrite: number;
  /** All output, reasoning included. */
  output: number;
  reasoning: number;
}

export type Ending = 'answered' | 'failed' | 'clientgone';
export type CacheWord = 'first' | 'short' | 'hit' | 'miss';

export interface RequestRow {
  id: string;
  startedAt: string;
  at: string;
  face: string;
  client?: string | null;
  session?: string | null;
  agent?: string | null;
  project?: string | null;
  account?: string | null;
  accountName?: string | null;
  requestedModel: string;
  model: string;
  effort?: string | null;
  tier?: string | null;
  ending: Ending;
  status: number;
  failure?: string | null;
  attempts: number;
  firstMs?: number | null;
  totalMs: number;
  tokens?: Tokens | null;
  stopReason?: string | null;
  toolCalls?: number | null;
  toolErrors?: number | null;
  losses: string[];
  cache?: CacheWord | null;
  cacheReason?: string | null;
}

export interface Attempt {
  startedMs: number;
  firstEventMs?: number | null;
  totalMs: number;
  events: number;
  account: number;
  forms: string[];
  failure?: { kind: string; status?: number | null; code?: string | null; repair?: string | null; retryDelayMs?: number | null } | null;
}

export interface RequestDetail extends RequestRow {
  attemptList?: Attempt[] | null;
  cacheChanges?: string[] | null;
  hashes?: { instructions: string; tools: string; input: string; toolCount: number; itemCount: number; bytes: number } | null;
  servedTier?: string | null;
  upstreamModel?: string | null;
  streamed?: boolean | null;
  /** Whether a fault report can still be made of it. */
  hasBundle?: boolean | null;
}

export interface RequestPage {
  requests: RequestRow[];
  next?: string | null;
  total?: number | null;
}

export interface InFlight {
  id: string;
  startedAt: string;
  face: string;
  client?: string | null;
  session?: string | null;
  agent?: string | null;
  requestedModel: string;
  model?: string | null;
  account?: string | null;
  phase: 'waiting' | 'streaming';
  attempts: number;
  firstMs?: number | null;
  events: number;
}

export interface Window {
  minutes?: number | null;
  usedPercent: number;
  resetsAt?: string | null;
  emptyAt?: string | null;
}

export interface Limit {
  id: string;
  name?: string | null;
  windows: Window[];
}

export interface Quota {
  usage: {
    percentage: number;
    remaining: number;
    planType?: string | null;
    limitReached: boolean;
    allowed: boolean;
    limits: Limit[];
    credits?: { has: boolean; unlimited: boolean; balance?: string | null } | null;
    spend?: { reached: boolean; usedPercent?: number | null; resetsAt?: string | null } | null;
  };
  fetchedAt: string;
}

export interface Account {
  key: string;
  /** What its requests and its quota are kept under, if it can be read. */
  keptAs?: string | null;
  email?: string | null;
  accountId?: string | null;
  planType?: string | null;
  origin: string;
  addedAt: string;
  lastUsed?: string | null;
  isActive: boolean;
  tokenExpired: boolean;
  expiresAt?: string | null;
  problem?: string | null;
  quota?: Quota | null;
}

export interface AccountList {
  accounts: Account[];
  activeAccount?: string | null;
  total: number;
}

export interface ModelUse {
  model: string;
  requests: number;
  failed: number;
  tokens: Tokens;
}

export interface Minute {
  at: string;
  input: number;
  cached: number;
  output: number;
  requests: number;
}

export interface Overview {
  version: string;
  startedAt: string;
  now: string;
  address: string;
  home: string;
  signedIn: boolean;
  problem?: string | null;
  cure?: string | null;
  accounts: number;
  account?: Account | null;
  inFlight: InFlight[];
  perMinute: Minute[];
  today: { since: string; requests: number; failed: number; tokens: Tokens; hitRatio?: number | null; byModel: ModelUse[] };
  store: { kind: string; problem?: string | null; records?: number | null; bytes?: number | null; dropped?: number | null };
}

/** Whether bodies of requests are recorded; null for `until` means off. */
export interface Recording {
  until?: string | null;
  requests: number;
  folder: string;
}

export interface Session {
  id: string;
  project?: string | null;
  client?: string | null;
  startedAt: string;
  lastAt: string;
  requests: number;
  failed: number;
  agents: number;
  models: string[];
  tokens: Tokens;
  hitRatio?: number | null;
  misses: number;
  toolCalls: number;
  toolErrors: number;
}

export interface Agent {
  agent?: string | null;
  requests: number;
  failed: number;
  models: string[];
  efforts: string[];
  tokens: Tokens;
  hitRatio?: number | null;
  misses: number;
  toolErrors: number;
  startedAt: string;
  lastAt: string;
}

export interface SessionDetail {
  session: Session;
  agents: Agent[];
  turns: RequestRow[];
}

export interface UsageRow {
  key: string;
  split?: string | null;
  label?: string | null;
  requests: number;
  failed: number;
  tokens: Tokens;
  firstMsMean?: number | null;
  totalMsMean?: number | null;
}

export interface Usage {
  by: string;
  split?: string | null;
  since: string;
  until: string;
  zone: string;
  rows: UsageRow[];
  leftOut?: number;
  total: { requests: number; failed: number; tokens: Tokens };
}

export interface Model {
  id: string;
  name: string;
  contextWindow: number;
  efforts: string[];
  defaultEffort?: string | null;
  fast: boolean;
  listed: boolean;
  serves: string[];
}

export interface ModelTable {
  source: string;
  models: Model[];
  families: Record<string, string>;
  mapping?: { name: string; model: string; source?: string | null }[] | null;
}

export interface Trial {
  ok: boolean;
  requestId?: string | null;
  model: string;
  served?: string | null;
  firstMs?: number | null;
  totalMs?: number | null;
  tokens?: Tokens | null;
  text?: string | null;
  error?: string | null;
}

export interface Setting {
  name: string;
  description: string;
  value: string;
  origin: 'flag' | 'environment' | 'file' | 'default';
  source?: string | null;
  default?: string | null;
  environment?: string[] | null;
  flag?: string | null;
  secret: boolean;
  needsRestart: boolean;
}

export interface Settings {
  home: string;
  configPath: string;
  settings: Setting[];
}

export interface Strategy {
  accountStrategy: string;
  rotationEnabled: boolean;
}

export interface Kilo {
  haikuKiloModel: string;
  kiloEnabled: boolean;
}

export interface KiloModels {
  models: { id: string; name: string; context_length?: number | null; supportsTools: boolean }[];
  current: string;
}

export interface SetupPreview {
  path: string;
  diff: { kind: 'same' | 'added' | 'removed'; text: string }[];
  configured: boolean;
  /** What taking it back would change; absent where there is nothing to take back. */
  undo?: { diff: { kind: 'same' | 'added' | 'removed'; text: string }[]; losesChanges: boolean } | null;
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface LogEntry {
  id: number;
  timestamp: string;
  level: Level;
  message: string;
  icon?: string | null;
  requestId?: string | null;
}
