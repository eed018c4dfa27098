/** What a list on the page does when its keys are pressed anywhere. */
export interface KeyList {
  move(step: number): void;
  open(): void;
}

const lists: KeyList[] = [];
const closers: (() => void)[] = [];

/** The list takes j, k and Enter until it is gone. */
export function takeListKeys(list: KeyList): () => void {
  lists.push(list);
  return () => void lists.splice(lists.indexOf(list), 1);
}

/** The innermost open thing takes Escape until it is gone. */
export function takeEscape(close: () => void): () => void {
  closers.push(close);
  return () => void closers.splice(closers.indexOf(close), 1);
}

/** Keys of the whole page. In a field letters are letters; only Escape leaves it. */
export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }

  const target = event.target instanceof HTMLElement ? event.target : null;
  const typing = target?.matches('input, textarea, select') ?? false;
  if (event.key === 'Escape') {
    if (typing) {
      target?.blur();
    } else {
      closers.at(-1)?.();
    }

    return;
  }

  if (typing) {
    return;
  }

  const list = lists.at(-1);
  if (event.key === '/') {
    const field = document.querySelector<HTMLInputElement>('main [data-search]');
    if (field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  } else if (event.key === 'j' || event.key === 'k') {
    list?.move(event.key === 'j' ? 1 : -1);
  } else if (event.key === 'Enter' && (target === null || target === document.body || target.id === 'main')) {
    list?.open();
  }
}
