/**
 * What a layer hands to cli to be shown: text, tables and figures as data, nothing about how they look.
 * src/report turns it into terminal text, CSV, SVG and HTML.
 */

/** null = undefined, or a value without interval; the reason is printed in its place. */
export interface Estimate {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Why value is null ("0 negatives"), or why it has no interval ("no bootstrap"). */
  readonly reason?: string | undefined;
}

export type Value = string | number | boolean | null | Estimate;

export interface Column {
  readonly key: string;
  readonly label: string;
  /** proportion: 0..1, three digits; number: four significant digits, or `digits` decimals; text (default). */
  readonly format?: 'text' | 'number' | 'proportion';
  readonly digits?: number;
  /** For the data dictionary of --tables: what it is (default: the label) and its unit. */
  readonly meaning?: string;
  readonly unit?: string;
}

export interface Table {
  readonly kind: 'table';
  /** File name for --tables (without .csv); absent = shown only. */
  readonly name?: string;
  /** Too long to read (all 12,021 rules): written by --tables, not shown. */
  readonly fileOnly?: true;
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Value>>[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  /** 95 % interval of y. */
  readonly low?: number | null;
  readonly high?: number | null;
  /** 95 % interval of x. */
  readonly xLow?: number | null;
  readonly xHigh?: number | null;
  /** Drawn beside the point; where more than four have one, numbers are drawn and listed under the figure. */
  readonly label?: string;
}

export interface Axis {
  readonly label: string;
  readonly domain?: readonly [number, number];
  readonly log?: boolean;
}

/** Lines, bands and points on two axes: ROC, Pareto front, stability, curves. */
export interface LineFigure {
  readonly kind: 'lines';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly Point[];
    /** line (default); step: y holds until the next x (Pareto front); points for dots with their intervals. */
    readonly draw?: 'line' | 'step' | 'points';
    /** Band between low and high. */
    readonly band?: boolean;
    /** Colour, dashes and symbol as those of the n-th series, for one that comes in several figures; default: its place. */
    readonly look?: number;
  }[];
  /** Dashed diagonal from corner to corner (chance line of a ROC). */
  readonly diagonal?: boolean;
  /** What the diagonal is where it is not chance. */
  readonly diagonalName?: string;
}

/** Grid of cells with numbers written into them. */
export interface HeatFigure {
  readonly kind: 'heat';
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xNames: readonly string[];
  readonly yNames: readonly string[];
  /**
   * cells[y][x], first row on top; value colours the cell, text stands in it, hatched = nothing known,
   * outlined = inside the rule (one line is drawn around all of them).
   */
  readonly cells: readonly (readonly {
    readonly value: number | null;
    readonly text: string;
    readonly hatched?: boolean;
    readonly outlined?: boolean;
  }[])[];
  /** diverging: -1..1 around 0; sequential: 0..max (default). */
  readonly scale?: 'sequential' | 'diverging';
  /** What the colour says, and what hatching and the outline say where they occur. */
  readonly legend: string;
  readonly hatchLegend?: string;
  readonly outlineLegend?: string;
}

/** Estimates with their intervals, one row each (forest plot); equal names in several groups share a colour. */
export interface BarFigure {
  readonly kind: 'bars';
  readonly x: Axis;
  readonly bars: readonly { readonly name: string; readonly estimate: Estimate; readonly group?: string }[];
}

/** Flow of records from all that were read to those used, with what left at each step (STROBE participant flow). */
export interface FlowFigure {
  readonly kind: 'flow';
  readonly steps: readonly {
    readonly label: string;
    readonly count: number;
    readonly removed?: readonly { readonly label: string; readonly count: number }[];
  }[];
}

export interface Figure {
  readonly kind: 'figure';
  /** Identifier, unique in the document: lower-case letters, digits, hyphens; file name of the SVG. */
  readonly name: string;
  readonly title: string;
  /** One sentence that tells what the picture shows: the text for those who cannot see it. */
  readonly description: string;
  readonly plot: LineFigure | HeatFigure | BarFigure | FlowFigure;
}

export interface Text {
  readonly kind: 'text';
  readonly paragraphs: readonly string[];
}

export type Block = Table | Figure | Text;

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ReportDocument {
  readonly title: string;
  /** One line below the title: where the data are from. */
  readonly subtitle?: string;
  /** Plain-language sentences for someone who reads nothing else. */
  readonly summary: readonly string[];
  readonly sections: readonly Section[];
  /** Name -> value: version, seed, files with SHA-256, command. */
  readonly provenance: Readonly<Record<string, string>>;
}
