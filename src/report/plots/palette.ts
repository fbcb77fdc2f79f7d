/**
 * Colours that colour-blind readers can tell apart (spec/plots.md), never alone: each series also has its own
 * dashes and symbol, because vermillion and blue are the same grey in print.
 */
export const colours = { ink: '#000000', blue: '#0072b2', vermillion: '#d55e00', sky: '#56b4e9' } as const;
export const grey = { grid: '#e3e3e3', frame: '#8a8a8a', text: '#555555' } as const;

export interface SeriesStyle {
  readonly colour: string;
  /** SVG stroke-dasharray; none = solid. */
  readonly dash: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'diamond';
}

const order = [colours.blue, colours.vermillion, colours.ink, colours.sky];
const dashes = ['none', '7 3', '2 3', '9 3 2 3'];
const symbols = ['circle', 'square', 'triangle', 'diamond'] as const;

/** Style of the n-th series: colours repeat after four, with other dashes and symbols, so sixteen differ. */
export function styleOf(index: number): SeriesStyle {
  const turn = index + Math.floor(index / 4);
  return {
    colour: order[index % 4]!,
    dash: dashes[turn % 4]!,
    symbol: symbols[turn % 4]!,
  };
}

function rgb(hex: string): readonly [number, number, number] {
  const channel = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

/** White (0) to the colour (1), linearly in sRGB. */
export function tint(colour: string, share: number): string {
  const part = Math.min(1, Math.max(0, share));
  const mixed = rgb(colour).map((channel) => Math.round(255 + (channel - 255) * part));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Black or white, whichever stands out from the fill (luma of ITU-R BT.601, half of 255). */
export function inkOn(fill: string): string {
  const [red, green, blue] = rgb(fill);
  return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? '#ffffff' : colours.ink;
}
