/**
 * Scenes as rows, models as columns. Only visible cells are in the document: two thousand clips
 * cost no more than twenty.
 */
import { batch, computed, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { countWords } from '../model/words.ts';
import { rangeIn, type Range } from '../model/visible-range.ts';
import { review } from '../state/page.ts';
import { shownColumns } from '../state/view.ts';
import { isPrinting } from '../state/window-size.ts';
import { CellContent } from './Cell.tsx';
import { cellEvents } from './cell-events.ts';
import { columnModels } from './column-facts.ts';
import { focusedCell, focusPlace, moveFocus } from './keyboard.ts';
import {
  blankLines,
  columnOffsets,
  columnWidth,
  HEADER_HEIGHT,
  matrixWidth,
  type RowLayout,
  rowLayouts,
  rowOffsets,
  sceneWidth,
  takesOf,
} from './layout.ts';
import { SceneHeader } from './SceneHeader.tsx';

const scroll = signal({ top: 0, left: 0, width: innerWidth, height: innerHeight });

/** Equal ranges are one value: a scroll that shows nothing new draws nothing. */
function steady(range: () => Range): { readonly value: Range } {
  let last: Range = { first: 0, end: 0 };
  return computed(() => {
    const next = range();
    if (next.first !== last.first || next.end !== last.end) last = next;
    return last;
  });
}
/** A printer sees every row, up to a number that a browser can lay out. */
const MOST_PRINTED = 300;

/** On paper: how many scenes are not on it. */
export function NotPrinted(): JSX.Element | null {
  const missing = rowLayouts.value.length - MOST_PRINTED;
  if (!isPrinting.value || missing <= 0) return null;
  return (
    <p class="not-printed">
      {`${countWords(missing, 'more scene is', 'more scenes are')} not printed: a print has ${MOST_PRINTED}. Filter the page to print the others.`}
    </p>
  );
}

const rowsInSight = steady(() =>
  isPrinting.value
    ? { first: 0, end: MOST_PRINTED }
    : rangeIn(rowOffsets.value, scroll.value.top, scroll.value.top + scroll.value.height, 1),
);
const columnsInSight = steady(() => {
  if (isPrinting.value) return { first: 0, end: shownColumns.value.length };
  const { left, width } = scroll.value;
  return rangeIn(columnOffsets.value, left, left + width - sceneWidth.value, 1);
});

export function Matrix(): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const read = (): void => {
      const {
        scrollTop: top,
        scrollLeft: left,
        clientWidth: width,
        clientHeight: height,
      } = element;
      batch(() => {
        scroll.value = { top, left, width, height };
        matrixWidth.value = width;
      });
    };
    // Only its position: reading its size would cause a new layout.
    const move = (): void => {
      const { scrollTop: top, scrollLeft: left } = element;
      scroll.value = { ...scroll.value, top, left };
    };
    read();
    const sizes = new ResizeObserver(read);
    sizes.observe(element);
    element.addEventListener('scroll', move, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', move);
    };
  }, []);
  const { first, end } = rowsInSight.value;
  const width = sceneWidth.value + (columnOffsets.value.at(-1) ?? 0);
  return (
    <div
      class="matrix"
      ref={box}
      role="grid"
      aria-label="Clips: scenes by models"
      aria-rowcount={rowLayouts.value.length + 1}
      aria-colcount={shownColumns.value.length + 1}
      {...cellEvents}
      onFocusIn={(event) => {
        focusPlace(event.target);
        cellEvents.onFocusIn(event);
      }}
      onKeyDown={(event) => {
        if (box.current !== null) moveFocus(event, box.current);
        cellEvents.onKeyDown(event);
      }}
    >
      <div class="sheet" role="presentation" style={{ width: `${width}px` }}>
        <ColumnHeaders />
        <div class="rows" role="rowgroup" style={{ height: `${rowOffsets.value.at(-1) ?? 0}px` }}>
          {rowLayouts.value.slice(first, end).map((layout, index) => (
            <MatrixRow layout={layout} index={first + index} key={layout.row.index} />
          ))}
        </div>
      </div>
    </div>
  );
}

function ColumnHeaders(): JSX.Element {
  const { first, end } = columnsInSight.value;
  return (
    <div
      class="head"
      role="row"
      aria-rowindex={1}
      style={{
        '--head': `${HEADER_HEIGHT}px`,
        height: 'var(--head)',
        paddingLeft: `${sceneWidth.value}px`,
      }}
    >
      <div
        class="corner"
        role="columnheader"
        aria-colindex={1}
        style={{ width: `${sceneWidth.value}px`, marginLeft: `-${sceneWidth.value}px` }}
      >
        Scene
      </div>
      {shownColumns.value.slice(first, end).map((column, index) => {
        const { alias = '' } = review.columns[column] ?? {};
        return (
          <div
            class="column-head"
            role="columnheader"
            aria-colindex={first + index + 2}
            key={column}
            style={columnPlace(first + index)}
          >
            <bdi class="alias">{alias}</bdi>
            <span class="model">{columnModels(column)}</span>
          </div>
        );
      })}
    </div>
  );
}

const columnPlace = (index: number): Readonly<Record<string, string>> => ({
  left: `${sceneWidth.value + (columnOffsets.value[index] ?? 0)}px`,
  width: `${columnWidth.value}px`,
});

function MatrixRow({
  layout: { row, frame, height },
  index,
}: {
  readonly layout: RowLayout;
  readonly index: number;
}): JSX.Element {
  const { first, end } = columnsInSight.value;
  const entry = focusedCell.value;
  return (
    <div
      class="row"
      role="row"
      aria-rowindex={index + 2}
      style={{
        height: `${height}px`,
        transform: `translateY(${rowOffsets.value[index] ?? 0}px)`,
        '--frame': `${frame}px`,
        '--blank-lines': blankLines(frame),
      }}
    >
      <div
        class="row-head"
        role="rowheader"
        aria-colindex={1}
        style={{ width: `${sceneWidth.value}px` }}
      >
        <SceneHeader row={row} />
      </div>
      {shownColumns.value.slice(first, end).map((column, at) => {
        const takes = takesOf(row, column);
        const place = first + at;
        return (
          <div
            class={takes.length === 0 ? 'cell empty' : 'cell'}
            role="gridcell"
            aria-colindex={place + 2}
            key={column}
            style={columnPlace(place)}
          >
            <CellContent
              row={row}
              column={column}
              takes={takes}
              isEntry={entry.row === index && entry.column === place}
            />
          </div>
        );
      })}
    </div>
  );
}
