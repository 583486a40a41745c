// A QR code as one path: its dark modules, row by row, in runs.
export type Rows = string[];

/** Modules that stay light on each side (ISO/IEC 18004, 9.1). */
export const QUIET = 4;

export function qrPath(rows: Rows): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        ({ index, 0: run }) => `M${index + QUIET} ${y + QUIET}h${run.length}v1h-${run.length}z`,
      ),
    )
    .join('');
}

export const qrSize = (rows: Rows): number => rows.length + 2 * QUIET;
