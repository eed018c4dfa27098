// Numbers, durations and times for people. English, units always shown, no rounding that hides a zero.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const none = '–';

/** 1,234,567 */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? none : whole.format(value);
}

/** 940, 12.3 k, 4.56 M: three figures are enough to compare. */
export function short(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return none;
  }

  const size = Math.abs(value);
  if (size < 1000) {
    return whole.format(value);
  }

  // Thresholds are where rounding to three figures reaches the next unit.
  const [unit, divisor] = size < 999_500 ? ['k', 1e3] : size < 999_500_000 ? ['M', 1e6] : (['G', 1e9] as const);
  const scaled = value / (divisor as number);
  const digits = Math.abs(scaled) < 9.995 ? 2 : Math.abs(scaled) < 99.95 ? 1 : 0;
  return `${scaled.toFixed(digits)} ${unit}`;
}

/** 820 ms, 4.2 s, 1 min 05 s, 2 h 14 min, 3 d 4 h */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) {
    return none;
  }

  if (ms < 0) {
    return '0 ms';
  }

  if (ms < 999.5) {
    return `${Math.round(ms)} ms`;
  }

  if (ms < 9_950) {
    return `${(ms / 1000).toFixed(1)} s`;
  }

  const seconds = Math.round(ms / 1000);
  if (seconds < 60) {
    return `${seconds} s`;
  }

  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  }

  const minutes = Math.floor(seconds / 60);
  return minutes < 24 * 60
    ? `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
    : `${Math.floor(minutes / 1440)} d ${Math.floor((minutes % 1440) / 60)} h`;
}

/** A span that is counted down: whole minutes from one minute on, so that it does not flicker. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }

  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }

  if (minutes < 24 * 60) {
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  }

  const hours = Math.floor(minutes / 60);
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** 87 %, and <1 % or >99 % where rounding would lie. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) {
    return none;
  }

  const value = share * 100;
  if (value > 0 && value < 0.5) {
    return '<1 %';
  }

  return value < 100 && value >= 99.5 ? '>99 %' : `${Math.round(value)} %`;
}

/** 512 B, 1.4 kB, 20.3 MB (powers of 1000) */
export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return none;
  }

  return value < 1000 ? `${value} B` : `${short(value)}B`;
}

/** The name of a quota window by its length. */
export function windowName(minutes: number | null | undefined): string {
  if (!minutes) {
    return 'Limit';
  }

  if (Math.abs(minutes - 7 * 1440) < 60) {
    return 'Week';
  }

  if (minutes % 1440 === 0) {
    return minutes === 1440 ? 'Day' : `${minutes / 1440} days`;
  }

  return minutes % 60 === 0 ? (minutes === 60 ? 'Hour' : `${minutes / 60} hours`) : `${minutes} minutes`;
}

/** 14:03:07 in this machine's zone. */
export function clock(time: string | number | Date, seconds = true): string {
  const date = new Date(time);
  const text = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  return seconds ? `${text}:${pad(date.getSeconds())}` : text;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** 14:03 for today, else «Tue 14:03» within a week either way, else «3 Nov 14:03», with the year if it is another. */
export function when(time: string | number | Date, now: number, seconds = false): string {
  const date = new Date(time);
  const today = new Date(now);
  const at = clock(date, seconds);
  if (date.toDateString() === today.toDateString()) {
    return at;
  }

  if (Math.abs(date.getTime() - now) < 6 * 86_400_000) {
    return `${days[date.getDay()]} ${at}`;
  }

  const day = `${date.getDate()} ${months[date.getMonth()]}`;
  return date.getFullYear() === today.getFullYear() ? `${day} ${at}` : `${day} ${date.getFullYear()}`;
}

/** 2026-11-21 14:03:07.123 +01:00: the exact time, in this machine's zone. */
export function exact(time: string | number | Date): string {
  const date = new Date(time);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.floor(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${clock(date)}.${String(date.getMilliseconds()).padStart(3, '0')} ${zone}`;
}

/** «just now», «4 min ago», «in 2 h 14 min» */
export function relative(time: string | number | Date, now: number): string {
  const distance = new Date(time).getTime() - now;
  if (Math.abs(distance) < 5000) {
    return 'just now';
  }

  return distance < 0 ? `${span(-distance)} ago` : `in ${span(distance)}`;
}

/** The start of a long id; short ones are whole. */
export function shortId(id: string): string {
  const bare = id.replace(/^req_/, '');
  return bare.length <= 10 ? bare : bare.slice(0, 8);
}

/** A count with its noun: 1 request, 2 requests. */
export function plural(value: number, one: string, many = one + 's'): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`;
}

/** An hour key «2026-11-21T14:00» as «21 Nov 14:00», a day key «2026-11-21» as «Sat 21 Nov»; other keys as they are. */
export function bucket(key: string): string {
  const parts = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d:\d\d))?$/.exec(key);
  if (!parts) {
    return key;
  }

  const [, year, month, day, hour] = parts;
  const date = new Date(Number(year), Number(month) - 1, Number(day));
  const name = `${Number(day)} ${months[Number(month) - 1]}`;
  return hour ? `${name} ${hour}` : `${days[date.getDay()]} ${name}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
