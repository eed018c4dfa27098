// How series are told apart in a chart: by colour, and by pattern for those who see no colour or print in grey.

export interface Palette {
  series: string[];
  surface: string;
  muted: string;
  line: string;
}

/** The colours in force, as the canvas needs them: resolved. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const resolve = (name: string) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    series: [1, 2, 3, 4, 5].map((index) => resolve(`--series-${index}`)),
    surface: resolve('--surface'),
    muted: resolve('--muted'),
    line: resolve('--line'),
  };
  probe.remove();
  return palette;
}

/** The fill of a series: plain, striped, dotted, lined, outlined. */
export function fillOf(index: number, palette: Palette, ratio: number): CanvasPattern | string {
  const color = palette.series[index % palette.series.length] ?? palette.muted;
  const size = 6 * Math.max(1, Math.round(ratio));
  const tile = document.createElement('canvas');
  tile.width = tile.height = size;
  const context = tile.getContext('2d');
  if (index === 0 || !context) {
    return color;
  }

  context.fillStyle = palette.surface;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = context.fillStyle = color;
  context.lineWidth = size * 0.45;
  context.beginPath();
  switch (index % 5) {
    case 1:
      for (const shift of [-size, 0, size]) {
        context.moveTo(shift - size * 0.25, size * 1.25);
        context.lineTo(shift + size * 1.25, -size * 0.25);
      }

      break;
    case 2:
      context.arc(size / 2, size / 2, size * 0.32, 0, 7);
      context.fill();
      break;
    case 3:
      context.moveTo(0, size / 2);
      context.lineTo(size, size / 2);
      break;
    case 4:
      context.lineWidth = size * 0.25;
      context.moveTo(size / 2, 0);
      context.lineTo(size / 2, size);
      context.moveTo(0, size / 2);
      context.lineTo(size, size / 2);
      break;
    default:
      context.fillRect(0, 0, size, size);
  }

  context.stroke();
  return context.createPattern(tile, 'repeat') ?? color;
}
