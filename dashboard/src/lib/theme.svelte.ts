export type ThemeChoice = 'system' | 'light' | 'dark';

const key = 'codex-proxy.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** Light or dark: what the system prefers, unless the person chose. */
class Theme {
  choice = $state<ThemeChoice>(read());
  #systemDark = $state(dark.matches);
  effective = $derived<'light' | 'dark'>(this.choice === 'system' ? (this.#systemDark ? 'dark' : 'light') : this.choice);

  constructor() {
    dark.addEventListener('change', (event) => {
      this.#systemDark = event.matches;
    });
    this.#apply();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    try {
      localStorage.setItem(key, choice);
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }

    this.#apply();
  }

  #apply(): void {
    if (this.choice === 'system') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = this.choice;
    }
  }
}

function read(): ThemeChoice {
  try {
    const kept = localStorage.getItem(key);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

export const theme = new Theme();
